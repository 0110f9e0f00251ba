// What this is and where to look: for who opens the address in a browser, and for tools that read API descriptions.

import type { ApiRoute } from '../api-route.ts'
import { openApi } from '../open-api.ts'
import { nothing } from '../schemas.ts'

/** `described`: the other routes of the API. */
export function aboutRoutes(version: string, described: readonly ApiRoute[]): readonly ApiRoute[] {
  const about: readonly ApiRoute[] = [
    {
      method: 'GET',
      path: '/',
      summary: 'Says what this is and where to look.',
      schema: { querystring: nothing },
      answers: { 200: 'About' },
      handle: async () => ({
        name: 'millefeuille',
        version,
        about: 'Loads layered, dependent data objects through worker zones on Kafka.',
        look_at: {
          runs: '/api/v1/runs',
          workflows: '/api/v1/workflows',
          schedule: '/api/v1/schedule',
          description: '/openapi.json',
          readiness: '/health/readiness',
          metrics: '/metrics',
        },
      }),
    },
    {
      method: 'GET',
      path: '/openapi.json',
      summary: 'Describes this API (OpenAPI 3.1).',
      schema: { querystring: nothing },
      answers: { 200: 'About' },
      handle: async () => description,
    },
  ]
  const description = openApi(version, [...about, ...described])
  return about
}
