import { AppError } from '../../errors.ts'
import type { FileInfo } from '../inspect/file-info.ts'
import type { ChildPool } from './child-pool.ts'
import { ChildLost } from './child-process.ts'

/** An honest file takes 10 ms. */
const readTimeoutMs = 15_000

/**
 * Reads what the bytes of a file say about it, in a media child.
 * @throws AppError not_a_video, video_damaged, busy, unavailable; Error, if the file can't be read
 */
export async function fileInfoOf(pool: ChildPool, path: string): Promise<FileInfo> {
  try {
    return await pool.run('interactive', (child) => child.readFileInfo(path, readTimeoutMs))
  } catch (error) {
    throw error instanceof ChildLost ? new AppError('video_damaged') : error
  }
}
