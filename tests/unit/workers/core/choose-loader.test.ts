// Which loader serves an object.

import { describe, expect, it } from 'vitest'
import type { JsonObject } from '../../../../shared/base/json.ts'
import { loaderChooser } from '../../../../workers/core/choose-loader.ts'
import { readyEvent } from '../../../support/zone-bench.ts'

const loaders = ['simulate', 'http', 'own'].map((name) => ({ name, load: async () => ({ info: name }) }))
const chosen = (usual: string, object: JsonObject) =>
  loaderChooser(loaders, usual)(readyEvent({ object })).name
const url = 'https://example.org/x'

describe('loaderChooser', () => {
  it.each([
    ['simulate', {}, 'simulate'],
    ['simulate', { URL: url }, 'simulate'],
    ['simulate', { URL: url, loader: 'http' }, 'http'],
    ['simulate', { Loader: ' own ' }, 'own'],
    ['own', {}, 'own'],
    ['http', {}, 'http'],
    ['auto', {}, 'simulate'],
    ['auto', { URL: url }, 'http'],
    ['auto', { url }, 'http'],
    ['auto', { URL: '' }, 'simulate'],
    ['auto', { URL: null }, 'simulate'],
    ['auto', { url, loader: 'simulate' }, 'simulate'],
  ])('with WORKER_LOADER=%s serves %j with %s', (usual, object, name) => {
    expect(chosen(usual, object)).toBe(name)
  })

  it('calls a step of a workflow that has a URL, unless the step names another loader', () => {
    const step = (object: JsonObject) => {
      return loaderChooser(loaders, 'simulate')(readyEvent({ object, workflow: 'daily_operations' })).name
    }
    expect(step({ url })).toBe('http')
    expect(step({})).toBe('simulate')
    expect(step({ url, loader: 'own' })).toBe('own')
  })

  it('refuses an object that names a loader which is not there, naming those that are', () => {
    expect(() => chosen('simulate', { loader: 'spark' })).toThrow(
      expect.objectContaining({
        code: 'NO_LOADER',
        message: expect.stringMatching(/"spark".*simulate, http, own/),
      }),
    )
  })

  it('refuses a WORKER_LOADER that is none of them', () => {
    expect(() => loaderChooser(loaders, 'spark')).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringContaining('WORKER_LOADER=spark'),
      }),
    )
  })
})
