import { open } from 'node:fs/promises'
import { AppError } from '../../errors.ts'
import { isDiskFull } from '../../lib/system-errors.ts'

/**
 * Writes a file. Through a handle, since Bun's own writer doesn't report a full disk.
 * @throws AppError storage_full
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  try {
    await using file = await open(path, 'w')
    await file.writeFile(content)
  } catch (error) {
    throw isDiskFull(error) ? new AppError('storage_full') : error
  }
}
