// Adds to package-lock.json what npm leaves out when the registry at hand does not carry a package's builds
// for other systems. Without those entries `npm ci` refuses the lock, here and everywhere. Run it after `npm install`.

import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../package-lock.json', import.meta.url)
const lock = JSON.parse(readFileSync(file, 'utf8'))
const missing = Object.entries(lock.packages).flatMap(([path, entry]) =>
  Object.entries(entry.optionalDependencies ?? {})
    .filter(([name]) => !isLocked(path, name))
    .map(([name, version]) => ({ name, version, dev: entry.dev })),
)
for (const { name, version, dev } of missing) {
  // Only exact versions: the builds of one package for several systems are pinned by it.
  if (!/^\d+\.\d+\.\d+[\w.+-]*$/.test(version)) throw new Error(`${name} is asked for as ${version}`)
  lock.packages[`node_modules/${name}`] ??= entryOf(name, version, dev)
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')))
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
process.stdout.write(`${missing.length} entries added: ${missing.map(({ name }) => name).join(', ')}\n`)

/** Whether Node's look-up from `path` upwards finds `name` in the lock. */
function isLocked(path, name) {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (`${at === '' ? '' : `${at}/`}node_modules/${name}` in lock.packages) return true
    if (at === '') return false
  }
}

/** What can be known of a build from its name: `…-linux-arm64-musl`. */
function entryOf(name, version, dev) {
  const words = name.split(/[/-]/)
  const one = (known) => words.filter((word) => known.includes(word)).slice(0, 1)
  const cpu = one(['x64', 'arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32'])
  const os = one(['android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'])
  const libc = words.some((word) => word.startsWith('musl'))
    ? ['musl']
    : words.some((word) => word.startsWith('gnu'))
      ? ['glibc']
      : []
  return {
    version,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(dev ? { dev } : {}),
    ...(libc.length > 0 ? { libc } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  }
}
