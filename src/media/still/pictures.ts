import { AppError } from '../../errors.ts'
import { createQueue } from '../../lib/turns/queue.ts'
import type { ChildPool } from '../embedded/child-pool.ts'
import { ChildLost } from '../embedded/child-process.ts'
import type { Media } from '../media.ts'

/** What is allowed takes 3 s of a processor at most; a child 0.5 s to start. */
const timeoutMs = 20_000

/** Makes Media.picture: one at a time, since each may take 100 MB of memory, and a core. */
export function createPictures(pool: ChildPool): Media['picture'] {
  const queue = createQueue({ size: 1, waiting: 32 })
  return async (path, side, target) => {
    try {
      await queue.run(() =>
        pool.run('interactive', (child) => child.picture({ path, side, target }, timeoutMs)),
      )
    } catch (error) {
      if (!(error instanceof ChildLost)) throw error
      // Two children died of it. That there was no time or memory says nothing about a picture.
      throw new AppError(error.reason === 'crash' ? 'not_a_picture' : 'busy')
    }
  }
}
