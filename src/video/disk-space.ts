import type { Blobs } from '../blob/blob.ts'
import { AppError } from '../errors.ts'

/** Left to everybody's other writes, whatever is uploaded: so much, or this part of a small disk. */
const reserveBytes = 256 << 20
const reserveShare = 1 / 16

export type DiskSpace = ReturnType<typeof createDiskSpace>

/** Who may write how much, so that no upload fills the disk for the others. */
export function createDiskSpace(blobs: Pick<Blobs, 'freeSpace' | 'capacity'>) {
  let promised = 0
  const free = async () => {
    const [free, capacity] = await Promise.all([blobs.freeSpace(), blobs.capacity()])
    return free - Math.min(reserveBytes, capacity * reserveShare)
  }
  return {
    /**
     * Keeps so many bytes free for somebody who is known, until what it returns is disposed of.
     * @throws AppError storage_full, if there is less room
     */
    async reserve(bytes: number): Promise<Disposable> {
      using reserved = new DisposableStack()
      promised += bytes
      reserved.defer(() => {
        promised -= bytes
      })
      if ((await free()) < promised) throw new AppError('storage_full')
      return reserved.move()
    },
    /** Keeps nothing free. @throws AppError storage_full, if there is less room now */
    async assertRoom(bytes: number): Promise<void> {
      if ((await free()) - promised < bytes) throw new AppError('storage_full')
    },
    /** What one output may have at most: a quarter of what is free. @throws AppError storage_full */
    async ceiling(): Promise<number> {
      const left = (await free()) - promised
      if (left <= 0) throw new AppError('storage_full')
      return Math.floor(left / 4)
    },
  }
}
