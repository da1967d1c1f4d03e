import type { Blobs } from '../blob/blob.ts'
import { AppError } from '../errors.ts'

/** Left to everybody's other writes, whatever is uploaded: so much, or this part of a small disk. */
const reserveBytes = 256 << 20
const reserveShare = 1 / 16

/** Bytes of an upload without a promise, after which it is looked whether there is still room. */
const uncheckedBytes = 1 << 20

export type DiskSpace = ReturnType<typeof createDiskSpace>

/** An upload that may go on as long as it tells how many bytes came. */
export interface Admission extends Disposable {
  /** @throws AppError storage_full */
  add(bytes: number): void | Promise<void>
}

/** Who may write how much, so that no upload fills the disk for the others. */
export function createDiskSpace(blobs: Pick<Blobs, 'freeSpace' | 'capacity'>) {
  /** Bytes that are promised, by whose they are. */
  const promises = new Map<number, number>()
  const promised = () => promises.values().reduce((sum, bytes) => sum + bytes, 0)
  /** Without what is promised, which is looked at when it is known: it changes meanwhile. */
  const room = async (): Promise<number> => {
    const [free, capacity] = await Promise.all([blobs.freeSpace(), blobs.capacity()])
    return free - Math.min(reserveBytes, capacity * reserveShare)
  }
  const assertRoom = async (bytes: number): Promise<void> => {
    if ((await room()) - promised() < bytes) throw new AppError('storage_full')
  }
  return {
    /**
     * Lets an upload of so many bytes at most begin, until what it returns is disposed of. Room for
     * all of it is promised to its owner, for one upload at a time: whoever only says that files are
     * to come would take it from all others. Without a promise it is looked for as the bytes come.
     * @param owner null if nobody knows
     * @throws AppError storage_full, if there is less room
     */
    async admit(bytes: number, owner: number | null): Promise<Admission> {
      const left = (await room()) - promised()
      if (left < bytes) throw new AppError('storage_full')
      if (owner !== null && !promises.has(owner)) {
        promises.set(owner, bytes)
        return {
          // What came takes room itself.
          add(more) {
            promises.set(owner, Math.max(0, (promises.get(owner) ?? 0) - more))
          },
          [Symbol.dispose]: () => void promises.delete(owner),
        }
      }
      let unchecked = 0
      return {
        add(more) {
          unchecked += more
          if (unchecked < uncheckedBytes) return
          unchecked = 0
          return assertRoom(uncheckedBytes)
        },
        [Symbol.dispose]() {},
      }
    },
    /** What one output may have at most: a quarter of what is free. @throws AppError storage_full */
    async ceiling(): Promise<number> {
      const left = (await room()) - promised()
      if (left <= 0) throw new AppError('storage_full')
      return Math.floor(left / 4)
    },
  }
}
