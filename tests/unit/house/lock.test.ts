// The lock file is one that `npm ci` takes on every machine.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

interface LockEntry {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly resolved?: string
}
type LockedPackages = Readonly<Record<string, LockEntry>>

const read = (file: string) => JSON.parse(readFileSync(join(import.meta.dirname, '../../..', file), 'utf8'))

/** What is asked for in the lock and not in it: `npm ci` would refuse the lock. */
function missingFrom(packages: LockedPackages): readonly string[] {
  return Object.entries(packages).flatMap(([path, entry]) => {
    const asked = { ...entry.dependencies, ...entry.devDependencies, ...entry.optionalDependencies }
    return Object.keys(asked).filter((name) => !isLocked(packages, path, name))
  })
}

/** Whether Node's look-up from `path` upwards finds `name`. */
function isLocked(packages: LockedPackages, path: string, name: string): boolean {
  if (`${path === '' ? '' : `${path}/`}node_modules/${name}` in packages) return true
  if (path === '') return false
  return isLocked(packages, path.slice(0, Math.max(0, path.lastIndexOf('node_modules/') - 1)), name)
}

describe('package-lock.json', () => {
  const lock: { readonly packages: LockedPackages } = read('package-lock.json')

  it('names everything that is asked for, the builds for other systems too (else: npm run lock:complete)', () => {
    expect(missingFrom(lock.packages)).toEqual([])
  })

  it('or it would be noticed', () => {
    const packages = {
      '': { dependencies: { a: '1.0.0' } },
      'node_modules/a': { optionalDependencies: { 'a-linux': '1.0.0', 'a-win32': '1.0.0' } },
      'node_modules/a/node_modules/a-linux': { dependencies: { a: '1.0.0' } },
    }
    expect(missingFrom(packages)).toEqual(['a-win32'])
  })

  it('asks for what package.json asks for', () => {
    const { dependencies, devDependencies } = read('package.json')
    expect(lock.packages['']).toMatchObject({ dependencies, devDependencies })
  })

  it('names no registry', () => {
    expect(Object.values(lock.packages).flatMap(({ resolved }) => resolved ?? [])).toEqual([])
  })
})
