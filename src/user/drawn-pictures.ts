import type { Awaitable } from '../lib/awaitable.ts'
import { Lru } from '../lib/lru.ts'
import { createQueue } from '../lib/turns/queue.ts'

/** Bytes of drawn pictures of each kind that are cached; 700 avatars or 800 backgrounds. */
const maxCachedBytes = 8 * 1024 ** 2

/** Pictures that wait to be drawn, 150 to 200 a second. */
const maxWaiting = 500

/**
 * Gets pictures that are drawn from an id. A face is 2 ms of the event loop, and 3 ms of another thread
 * in which everybody else is answered: one is drawn at a time, and once for all who ask meanwhile.
 * @returns what gets a picture, and throws AppError busy if too many wait
 */
export function createDrawnPictures(
  draw: (id: number) => Awaitable<Uint8Array>,
): (id: number) => Promise<Blob> {
  const cache = new Lru<number, Blob>(maxCachedBytes, ({ size }) => size)
  const queue = createQueue({ size: 1, waiting: maxWaiting })
  const underWay = new Map<number, Promise<Blob>>()

  const drawn = async (id: number): Promise<Blob> => {
    try {
      const bytes = await queue.run(async () => draw(id))
      const picture = new Blob([bytes as Uint8Array<ArrayBuffer>])
      cache.set(id, picture)
      return picture
    } finally {
      underWay.delete(id)
    }
  }

  return async (id) => {
    const known = cache.get(id) ?? underWay.get(id)
    if (known) return known
    const picture = drawn(id)
    underWay.set(id, picture)
    return picture
  }
}
