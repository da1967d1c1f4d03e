import { open } from 'node:fs/promises'

/** Flushes a file, or the names in a directory, to the disk. */
export async function syncPath(path: string): Promise<void> {
  await using handle = await open(path, 'r')
  await handle.sync()
}

/** SHA-256 of a file in hex, read in chunks. */
export async function hashFile(path: string): Promise<string> {
  const hasher = new Bun.CryptoHasher('sha256')
  const chunk = Buffer.allocUnsafe(1 << 20)
  await using file = await open(path, 'r')
  for (;;) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null)
    if (bytesRead === 0) return hasher.digest('hex')
    hasher.update(chunk.subarray(0, bytesRead))
  }
}
