// The description of the API (OpenAPI 3.1), made of the very routes that are served.

import { problemMediaType } from '../../shared/api/problem.ts'
import { components, ref } from './answer-schemas.ts'
import type { ApiRoute } from './api-route.ts'

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, object>>
  readonly required?: readonly string[]
}

/** The document as JSON. Probes and metrics, which every program of the house has, are not in it. */
export function openApi(version: string, routes: readonly ApiRoute[]): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Millefeuille', version },
    paths,
    components: { schemas: components, securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
    // Either: on a loopback address without API_TOKEN none is asked for.
    security: [{ token: [] }, {}],
  }
}

function operation({ summary, schema, answers, mediaTypes }: ApiRoute): object {
  return {
    summary,
    parameters: [...parameters('path', schema.params), ...parameters('query', schema.querystring)],
    ...(schema.body === undefined ? {} : { requestBody: requestBody(schema.body) }),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, name]) => [
          status,
          name === 'Nothing'
            ? { description: name }
            : { description: name, content: content(mediaTypes ?? ['application/json'], ref(name)) },
        ]),
      ),
      default: { description: 'What went wrong.', content: content([problemMediaType], ref('Problem')) },
    },
  }
}

function parameters(where: 'path' | 'query', schema: ObjectSchema = {}): readonly object[] {
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: where,
    required: schema.required?.includes(name) ?? false,
    schema: property,
  }))
}

/** A body of definitions alone is told from one with options by being a list. */
function requestBody(schema: ObjectSchema): object {
  const json = { 'application/json': { schema } }
  if (schema.properties?.objects === undefined) return { content: json }
  const list = {
    type: 'array',
    description: 'Object definitions alone; options go into the query.',
    items: {},
  }
  const text = { type: 'string', description: 'One object definition a line; options go into the query.' }
  return {
    required: true,
    content: {
      'application/json': { schema: { anyOf: [schema, list] } },
      'application/x-ndjson': { schema: text },
    },
  }
}

function content(mediaTypes: readonly string[], schema: object): object {
  return Object.fromEntries(mediaTypes.map((mediaType) => [mediaType, { schema }]))
}
