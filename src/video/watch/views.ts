import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { Lru } from '../../lib/lru.ts'

export type Views = ReturnType<typeof createViews>

/** What is counted waits this long to be written with the rest. */
const batchMs = 5_000
/** Shorter is no watch. */
const leastSeconds = 2
/** Watches of which it is remembered when they were, 0.1 KB each. */
const maxRemembered = 20_000
/** Videos whose counts wait at most; when the disk is in trouble, what comes beyond is not counted. */
const maxWaiting = 50_000
/** Videos whose counts share a transaction: bounds how long all others wait for it. */
const videosOfBatch = 200

/**
 * Counts who watches what: in memory, and written in batches, because a commit for each would cost
 * more than anything else that a feed does. What a crash takes away is the last five seconds.
 */
export function createViews({ store, log }: Pick<Context, 'store' | 'log'>, every = batchMs) {
  const watched = new Lru<string, number>(maxRemembered)
  let waiting = new Map<number, number>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let writing = Promise.resolve()
  let isClosed = false

  const add = (videoId: number, times: number) => {
    const known = waiting.get(videoId)
    if (known !== undefined || waiting.size < maxWaiting) {
      waiting.set(videoId, (known ?? 0) + times)
    }
  }

  const writeWaiting = async () => {
    const all = [...waiting]
    waiting = new Map()
    let at = 0
    try {
      for (; at < all.length; at += videosOfBatch) {
        await store.videos.viewed(new Map(all.slice(at, at + videosOfBatch)))
      }
    } catch (error) {
      // Those before it are written, and would be counted twice.
      for (const [videoId, times] of all.slice(at)) add(videoId, times)
      log.failure('views', error)
      schedule()
    }
  }

  const write = () => {
    timer = undefined
    writing = writing.then(writeWaiting)
    return writing
  }

  const schedule = () => {
    if (!isClosed) timer ??= setTimeout(write, every)
  }

  return {
    /**
     * Notes that somebody has watched a video. The same one is counted again when they can have
     * watched it again: after its length, or two seconds.
     * @param who tells people apart
     * @throws AppError video_not_found, also if it isn't shown
     */
    async note(videoId: number, who: string): Promise<void> {
      const clip = await store.videos.byId(videoId)
      if (!clip || clip.video.publishedAt === null) throw new AppError('video_not_found')
      const key = `${who} ${videoId}`
      const now = performance.now()
      const before = watched.get(key)
      const lengthMs = Math.max(leastSeconds, clip.video.duration) * 1000
      if (before !== undefined && now - before < lengthMs) return
      watched.set(key, now)
      add(videoId, 1)
      schedule()
    },
    /** Writes what is left. */
    async close(): Promise<void> {
      isClosed = true
      clearTimeout(timer)
      await write()
    },
  }
}
