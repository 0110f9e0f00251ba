// The release of Kafka as told by the requests a broker knows.

import { expect, it } from 'vitest'
import { kafkaReleaseOf } from '../../../../../shared/adapters/kafka/kafka-version.ts'

const range = (minVersion: number, maxVersion: number) => ({ minVersion, maxVersion })
const of28 = { 0: range(0, 9), 1: range(0, 12), 60: range(0, 0), 64: range(0, 0) }
const of39 = { ...of28, 1: range(0, 17), 66: range(0, 1), 74: range(0, 0) }
const of40 = { ...of39, 1: range(4, 17), 76: range(0, 0) }
const of42 = { ...of40, 1: range(4, 18), 90: range(0, 1), 92: range(0, 0) }

it.each([
  ['older than 3.0', of28],
  ['3.x', of39],
  ['4.0', of40],
  ['4.1 or newer', of42],
])('is %s', (release, versions) => expect(kafkaReleaseOf(versions)).toBe(release))
