import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What a file system says that has no hard links, or none to there. */
const unlinkable = new Set([
  'EXDEV',
  'EPERM',
  'EMLINK',
  'ENOSYS',
  'ENOTSUP',
  'EOPNOTSUPP',
  'EACCES',
])

/**
 * Puts a second name of a file that never changes, or a copy of it, in a place, whole or not at all.
 * @throws Error ENOENT if the file isn't there
 */
export async function linkOrCopy(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 })
  await rm(to, { force: true })
  try {
    await link(from, to)
  } catch (error) {
    if (!unlinkable.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    await copy(from, to)
  }
}

/** Copies a file under another name first, syncs and renames it. */
export async function copy(from: string, to: string): Promise<void> {
  const part = `${to}.part`
  try {
    await copyFile(from, part, constants.COPYFILE_FICLONE)
    await sync(part)
    await rename(part, to)
  } catch (error) {
    await rm(part, { force: true })
    throw error
  }
}

/** Brings a file, or the names in a directory, to the disk. */
export async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a small file whole or not at all. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const part = `${path}.part`
  {
    await using file = await open(part, 'w', 0o600)
    await file.writeFile(text)
    await file.sync()
  }
  await rename(part, path)
  await sync(dirname(path))
}

/** Bytes of a file, null if there is none. */
export const sizeOf = (path: string): Promise<number | null> =>
  stat(path).then(
    ({ size }) => size,
    () => null,
  )

/** SHA-256 in hex, read by the chunk. */
export async function hashOf(path: string): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256')
  const chunk = Buffer.allocUnsafe(1 << 20)
  await using file = await open(path, 'r')
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null)
    if (bytesRead === 0) return hasher.digest('hex')
    hasher.update(chunk.subarray(0, bytesRead))
  }
}
