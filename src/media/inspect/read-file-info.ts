import { closeSync, fstatSync, openSync } from 'node:fs'
import { AppError } from '../../errors.ts'
import { checkContainer, type OpenFile } from './containers.ts'
import { readWithFfprobe } from './ffprobe.ts'
import type { FileInfo } from './file-info.ts'
import { readWithMediabunny } from './mediabunny.ts'

/**
 * Reads from its bytes and structure what a file is. Runs in the media child, since a hostile file
 * could keep it busy or make it allocate.
 * @throws AppError not_a_video, video_damaged
 */
export async function readFileInfo(path: string): Promise<FileInfo> {
  const fd = openSync(path, 'r')
  try {
    const file: OpenFile = { fd, size: fstatSync(fd).size }
    if (file.size === 0) throw new AppError('not_a_video')
    const { container, faststart } = checkContainer(file)
    const tracks =
      (await readWithMediabunny(file, container)) ?? (await readWithFfprobe(path, container))
    return { container, faststart, ...tracks }
  } finally {
    closeSync(fd)
  }
}
