import { closeSync, fstatSync, openSync } from 'node:fs'
import { AppError } from '../errors.ts'
import { identify, type OpenFile } from './containers.ts'
import type { Facts } from './facts.ts'
import { probe } from './probe.ts'
import { readStreams } from './streams.ts'

/**
 * Finds out what a file is from its bytes and structure. Runs in the media child, since a hostile
 * file could keep it busy or make it allocate.
 * @throws AppError not_a_video, video_damaged
 */
export async function examine(path: string): Promise<Facts> {
  const fd = openSync(path, 'r')
  try {
    const file: OpenFile = { fd, size: fstatSync(fd).size }
    if (file.size === 0) throw new AppError('not_a_video')
    const { container, faststart } = identify(file)
    const streams = (await readStreams(file, container)) ?? (await probe(path, container))
    return { container, faststart, ...streams }
  } finally {
    closeSync(fd)
  }
}
