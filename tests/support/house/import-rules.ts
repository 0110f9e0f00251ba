// The rules about imports: floors, packages, cycles. Each gives its violations as lines to read.

import { builtinPlaces, type Floor, floors, outside, packagePlaces, pureBuiltins } from './house-table.ts'
import type { SourceFile } from './source-file.ts'

/** Imports of a floor that the importing floor may not know. */
export function forbiddenFloors(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, imports }) => {
    const floor = floorOf(path)
    if (floor === undefined) return [`${path} stands on no floor of the table`]
    return imports.flatMap(({ path: target }) =>
      target === undefined || mayImport(floor, path, target) ? [] : [`${path} imports ${target}`],
    )
  })
}

/** Packages outside their place, and packages and modules of Node's with I/O on a floor that has none. */
export function misplacedPackages(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ path, imports }) => {
    if (outside.some((place) => isIn(path, place))) return []
    const packages = imports.filter((one) => one.path === undefined).map((one) => one.specifier)
    return packages.flatMap((specifier) => (mayUse(path, specifier) ? [] : [`${path} imports ${specifier}`]))
  })
}

/** Circles of imports, types included: one shortest circle for every file that is on one, each circle once. */
export function importCycles(files: readonly SourceFile[]): readonly string[] {
  const targets = new Map(
    files.map((file) => [file.path, file.imports.flatMap(({ path }) => (path === undefined ? [] : [path]))]),
  )
  const circles = files.flatMap(({ path }) => {
    const way = shortestWay(path, targets)
    return way === undefined ? [] : [fromLeast(way)]
  })
  return [...new Set(circles)]
}

function floorOf(path: string): Floor | undefined {
  const under = floors.filter(({ place }) => isIn(path, place))
  return under.reduce<Floor | undefined>(
    (longest, floor) =>
      longest === undefined || floor.place.length > longest.place.length ? floor : longest,
    undefined,
  )
}

function mayImport(floor: Floor, from: string, target: string): boolean {
  const other = floorOf(target)
  if (other === undefined) return false
  if (isAdapter(from) && isAdapter(target)) return technologyOf(from) === technologyOf(target)
  return other === floor || floor.mayImport.includes(other.place)
}

function mayUse(path: string, specifier: string): boolean {
  const places = builtinPlaces[specifier]
  if (places !== undefined) return places.some((place) => isIn(path, place))
  if (specifier.startsWith('node:')) return floorOf(path)?.io === true || pureBuiltins.includes(specifier)
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  return (packagePlaces[name] ?? []).some((place) => isIn(path, place))
}

const isAdapter = (path: string) => /^[a-z]+\/adapters\//.test(path)
/** An adapter knows its own technology: its folder, and the folder of that name on the ground floor. */
const technologyOf = (path: string) => path.split('/')[2]

/** Whether a path is a place or lies in it. */
export function isIn(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`)
}

/** The shortest way from a file back to itself, breadth first. */
function shortestWay(
  start: string,
  targets: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (const at of queue) {
    for (const next of targets.get(at) ?? []) {
      if (next === start) return wayTo(at, start, cameFrom)
      if (cameFrom.has(next)) continue
      cameFrom.set(next, at)
      queue.push(next)
    }
  }
  return undefined
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): readonly string[] {
  const way = [end]
  for (let at = end; at !== start; ) {
    at = cameFrom.get(at) ?? start
    way.unshift(at)
  }
  return way
}

/** The same circle in the same words, wherever it was entered. */
function fromLeast(way: readonly string[]): string {
  const least = way.indexOf([...way].sort()[0] ?? '')
  const turned = [...way.slice(least), ...way.slice(0, least)]
  return [...turned, turned[0]].join(' -> ')
}
