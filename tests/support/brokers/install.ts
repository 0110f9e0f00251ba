// The program behind `npm run brokers:install`: fetches what a local test broker needs from Maven Central.

import { installKafkaJars } from './kafka-jars.ts'

process.stdout.write(`Kafka's jars are in ${installKafkaJars()}\n`)
