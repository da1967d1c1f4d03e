import { readSync } from 'node:fs'

/** An open file. `size` is bytes. */
export interface OpenFile {
  readonly fd: number
  readonly size: number
}

/** So many bytes of a file from a place on; fewer at its end. */
export function readAt(file: OpenFile, at: number, length: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, Math.min(length, file.size - at)))
  return buffer.subarray(0, readSync(file.fd, buffer, 0, buffer.length, at))
}
