// Where object definitions come from, as a port: read whole, and told of when they change.

import type { DefinitionFile } from '../core/graph/definition-source.ts'

export interface GraphSource {
  /** Where that is, for log lines. */
  readonly name: string

  /** The files as they are now, in order of name. Rejects with FILE_UNREADABLE when there is nothing to read. */
  read(): Promise<readonly DefinitionFile[]>

  /**
   * Calls `changed` when the files may differ from those read last and have come to rest. Ends when the
   * function it gives is called; `changed` is not called after that.
   */
  watch(changed: () => void): () => void
}
