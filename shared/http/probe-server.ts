// A server with the probes alone, for programs that have no other HTTP interface.

import type { Logger } from '../ports/logger.ts'
import { HttpService, type HttpServiceOptions } from './http-service.ts'
import { addProbes, type ProbeOptions } from './probes.ts'

export interface ProbeServerOptions extends ProbeOptions {
  readonly host: string
  readonly port: number
  readonly variables: HttpServiceOptions['variables']
  readonly logger: Logger
}

/** Not yet started. A prober that keeps its connection open does not hold up the stop. */
export function newProbeServer(options: ProbeServerOptions): HttpService {
  const { host, port, variables, clock, logger } = options
  const build: HttpServiceOptions['build'] = (server) => addProbes(server, options)
  return new HttpService({ name: 'probes', host, port, variables, clock, logger, build })
}
