// Waiting until a server answers: asked again and again, given up when it is gone or the time is over.

import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { Kafka, logLevel } from 'kafkajs'

/** Asks until an answer comes. Throws after `withinMs`, or as soon as `gaveUp` gives a reason. */
export async function untilAnswers(
  what: string,
  ask: () => Promise<void>,
  { withinMs = 60_000, gaveUp = (): string | undefined => undefined } = {},
): Promise<void> {
  const deadlineMs = performance.now() + withinMs
  for (;;) {
    const error = await ask().then(
      () => undefined,
      (reason: unknown) => reason,
    )
    if (error === undefined) return
    const reason = gaveUp() ?? (performance.now() > deadlineMs ? `no answer in ${withinMs} ms` : undefined)
    if (reason !== undefined) throw new Error(`${what}: ${reason}`, { cause: error })
    await pause(50)
  }
}

/** Resolves when the Redis at `url` answers PING (so it has also read its data back). */
export function askRedis(url: string): Promise<void> {
  const { hostname, port, password, username } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port || 6379), hostname)
    const fail = (error: Error) => {
      socket.destroy()
      reject(error)
    }
    let answer = ''
    socket.setTimeout(1_000, () => fail(new Error('timeout')))
    socket.once('error', fail)
    socket.on('data', (data) => {
      answer += data
      if (answer.includes('+PONG')) {
        socket.destroy()
        resolve()
      } else if (/^-/m.test(answer)) fail(new Error(answer.trim()))
    })
    socket.once('close', () => reject(new Error('closed')))
    const login = ['AUTH', ...(username ? [username] : []), password].join(' ')
    socket.write(`${password ? `${decodeURIComponent(login)}\r\n` : ''}PING\r\n`)
  })
}

/**
 * Resolves when the Kafka at `bootstrap` has a controller and its group coordinator works: a broker that
 * only listens still refuses the first consumers.
 */
export async function askKafka(bootstrap: string): Promise<void> {
  const kafka = new Kafka({
    clientId: 'readiness',
    brokers: bootstrap.split(','),
    logLevel: logLevel.NOTHING,
    connectionTimeout: 1_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
  })
  const admin = kafka.admin()
  try {
    await admin.connect()
    const { brokers, controller } = await admin.describeCluster()
    if (brokers.length === 0 || controller === null) throw new Error('no controller yet')
    await admin.fetchOffsets({ groupId: 'readiness' })
  } finally {
    await admin.disconnect().catch(() => undefined)
  }
}
