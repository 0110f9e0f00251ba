// The address a program listens on.

import { isIPv4 } from 'node:net'
import { text } from './setting.ts'

export const hostSetting = text(
  { env: 'HOST', doc: 'The address to listen on; 0.0.0.0 for all, which containers need.' },
  { default: '127.0.0.1', allowed: 'an address of this machine', pattern: '[\\w.:-]+' },
)

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}
