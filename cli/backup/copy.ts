import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncPath } from '../../src/lib/file.ts'

/**
 * Makes a hard link to a file that never changes, or a copy of it, whole or not at all.
 * @throws Error ENOENT if the file isn't there
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true })
  await rm(to, { force: true })
  // Not every file system has links, and none has them to another one.
  await link(from, to).catch(() => copy(from, to))
}

/** Copies a file under another name first, syncs and renames it. */
export async function copy(from: string, to: string): Promise<void> {
  const part = `${to}.part`
  try {
    await copyFile(from, part, constants.COPYFILE_FICLONE)
    await syncPath(part)
    await rename(part, to)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Writes a small file whole or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.part`
  {
    await using file = await open(part, 'w')
    await file.writeFile(text)
    await file.sync()
  }
  await rename(part, path)
  await syncPath(dirname(path))
}

/** Bytes of a file, null if there is none. */
export const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  )
