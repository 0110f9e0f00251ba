#!/usr/bin/env node
// @ts-check
// Starts the command line on a Node that runs TypeScript: this one, else the one that the package pins.

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'

const cli = fileURLToPath(new URL('./cli.ts', import.meta.url))
const pinned = fileURLToPath(new URL('../node_modules/node/bin/node', import.meta.url))
const major = Number(process.versions.node.split('.')[0])

if (major >= 24) {
  await import('./cli.ts')
} else if (existsSync(pinned)) {
  const child = spawn(pinned, [cli, ...process.argv.slice(2)], { stdio: 'inherit' })
  // The terminal sends Ctrl-C to both; the child decides when to end.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => signal === 'SIGINT' || child.kill(signal))
  // What a shell says of a process that a signal ended.
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal ?? 'SIGKILL']))
} else {
  process.stderr.write(
    `millefeuille needs Node 24 or newer, this is ${process.version}: run \`npm ci\`, which brings it along\n`,
  )
  process.exit(2)
}
