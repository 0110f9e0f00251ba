// Lets kafkajs read what foreign producers compressed with Zstandard: without a codec its consumer dies.

import { zstdCompress, zstdDecompress } from 'node:zlib'
import kafkajs from 'kafkajs'

type Compressor = (input: Buffer, done: (error: Error | null, output: Buffer) => void) => void

function promised(compressor: Compressor, input: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    compressor(input, (error, output) => (error === null ? resolve(output) : reject(error)))
  })
}

const codec = {
  compress: (encoder: { readonly buffer: Buffer }) => promised(zstdCompress, encoder.buffer),
  decompress: (input: Buffer) => promised(zstdDecompress, input),
}

/** Registers the codec for this process. Harmless when called twice. */
export function registerZstd(): void {
  kafkajs.CompressionCodecs[kafkajs.CompressionTypes.ZSTD] = () => codec
}
