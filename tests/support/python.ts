// A Python with a Kafka client, for the test that drives a run with a worker of another language.

import { spawnSync } from 'node:child_process'

/** The Debian package `python3-kafka` is for the system's own Python; PYTHON names any other. */
const candidates = [process.env.PYTHON ?? '', '/usr/bin/python3', 'python3'].filter((one) => one !== '')

/** The first Python that has kafka-python, or undefined. */
export function pythonWithKafka(): string | undefined {
  return candidates.find((python) => spawnSync(python, ['-c', 'import kafka']).status === 0)
}

/** What to do where there is none. */
export const pythonObstacle =
  'no Python with kafka-python (Debian: apt-get install python3-kafka; else pip install kafka-python==2.0.2 and PYTHON)'
