import { AppError } from '../../errors.ts'

/**
 * Runs at most `size` calls at once; the others wait in order, at most `waiting` of them, and one more
 * fails with `busy`.
 */
export function createQueue({ size, waiting }: { size: number; waiting: number }) {
  const line: PromiseWithResolvers<void>[] = []
  let running = 0
  let closed = false
  const turn = async (): Promise<void> => {
    if (running < size) return void running++
    if (line.length >= waiting) throw new AppError('busy')
    const place = Promise.withResolvers<void>()
    line.push(place)
    await place.promise
  }
  return {
    /** @throws AppError busy, unavailable, and whatever `work` throws */
    async run<T>(work: () => Promise<T>): Promise<T> {
      if (closed) throw new AppError('unavailable')
      await turn()
      try {
        return await work()
      } finally {
        // The place passes straight to the next in line, so nobody can slip in between.
        const next = line.shift()
        if (next) next.resolve()
        else running--
      }
    },
    /** Rejects those that wait, and whatever comes later, with AppError unavailable. */
    close(): void {
      closed = true
      for (const place of line.splice(0)) place.reject(new AppError('unavailable'))
    },
  }
}
