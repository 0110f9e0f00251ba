// The ids of runs that a schedule opens: made of what and when alone, so that all replicas make the same.

/** Whose runs are meant where nobody names a tenant. */
export const defaultTenant = 'default'

/**
 * `daily_operations@2026-11-21`, and `daily_operations@2026-11-21@bakery-7` for any tenant but the default
 * one. `name` and `label` hold no `@`, so no two tenants share an id whatever they are called.
 */
export function runName(name: string, label: string, tenant: string): string {
  return tenant === defaultTenant ? `${name}@${label}` : `${name}@${label}@${tenant}`
}

/** What stands before the `@` of a run over the object files: the beginning of the content hash of its plan. */
export function objectsRunName(planHash: string): string {
  return `objects-${planHash.slice(0, 12)}`
}
