// One number out of what /metrics says.

/** The sum of a metric's samples over all its labels. Throws when there is no such metric. */
export function metricSum(exposition: string, name: string): number {
  const samples = exposition
    .split('\n')
    .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
  if (samples.length === 0) throw new Error(`there is no metric ${name}`)
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0)
}
