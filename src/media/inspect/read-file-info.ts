import { closeSync, fstatSync, openSync } from 'node:fs'
import { AppError } from '../../errors.ts'
import type { FileInfo } from './file-info.ts'
import { checkClaimedBytes } from './outside/claimed-bytes.ts'
import { checkContainer } from './outside/containers.ts'
import type { OpenFile } from './outside/read-at.ts'
import { readTracks } from './tracks.ts'

/**
 * Finds out from its bytes and structure what a file is. The first bytes tell the container; what is
 * in it, FFmpeg alone tells, since a parser that knows only a part of what there is takes the rest for
 * absent or damaged. Runs in the media child, since a hostile file could keep it busy or make it
 * allocate.
 * @throws AppError not_a_video, photo, sound_only, video_protected, video_damaged
 */
export async function readFileInfo(path: string): Promise<FileInfo> {
  const fd = openSync(path, 'r')
  try {
    const file: OpenFile = { fd, size: fstatSync(fd).size }
    if (file.size === 0) throw new AppError('not_a_video')
    const { container, faststart, fragmented } = checkContainer(file)
    if (container === 'mp4' || container === 'mov') checkClaimedBytes(file)
    return { container, faststart, ...(await readTracks(path, container, fragmented)) }
  } finally {
    closeSync(fd)
  }
}
