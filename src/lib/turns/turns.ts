import { AppError, tooManyRequests } from '../../errors.ts'

/** ms after which a caller with too much under way may try again. */
const retryAfterMs = 1000

/** ms of rest after a slice behind which others wait. */
const restMs = 1

/** The place of one long piece of work among all others. */
export interface Place {
  /** Resolves when the next slice may run: it should take about a millisecond and not wait inside. */
  turn(): Promise<void>
  /** To be called once the work is done or given up; again does nothing. */
  leave(): void
}

/** What somebody, named by a key, has under way. */
interface Caller {
  open: number
  /** Work that has no place yet. */
  readonly waiting: PromiseWithResolvers<Place>[]
  /** Slices that wait for their turn. */
  readonly slices: (() => void)[]
}

/**
 * Long work in slices: one slice in a turn of the event loop, so that whatever else has come runs in
 * between. Callers have their turns one after the other, whatever each has under way. Of one caller
 * `size` pieces of work are open at once, `waiting` more wait for a place. Whoever does nothing takes
 * no memory.
 */
export function createTurns({ size, waiting: maxWaiting }: { size: number; waiting: number }) {
  const callers = new Map<string, Caller>()
  /** Those with a slice that waits, each once, in the order of their turns. */
  const line: Caller[] = []
  let isScheduled = false

  const runOne = () => {
    const caller = line.shift()
    const run = caller?.slices.shift()
    if (caller && caller.slices.length > 0) line.push(caller)
    isScheduled = line.length > 0
    // A process that never rests is the first that the system lets wait when others want the core.
    // With a rest after every fourth slice alone, a feed's p99 was 6 times its own instead of 2.
    if (isScheduled) setTimeout(runOne, restMs)
    run?.()
  }

  const placeOf = (key: string, caller: Caller): Place => {
    let isOpen = true
    return {
      turn() {
        const { promise, resolve } = Promise.withResolvers<void>()
        if (caller.slices.push(resolve) === 1) line.push(caller)
        if (!isScheduled) setImmediate(runOne)
        isScheduled = true
        return promise
      },
      leave() {
        if (!isOpen) return
        isOpen = false
        // The place passes straight to the next one who waits.
        const next = caller.waiting.shift()
        if (next) next.resolve(placeOf(key, caller))
        else if (--caller.open === 0) callers.delete(key)
      },
    }
  }

  return {
    /** How many callers have something under way. */
    get size() {
      return callers.size
    },
    /**
     * Gets a place for a piece of work, at once or when another of the same caller has ended.
     * @param signal ends the waiting
     * @throws AppError too_many_requests, if too many wait; busy, if it was ended
     */
    async enter(key: string, signal?: AbortSignal): Promise<Place> {
      const caller = callers.get(key) ?? { open: 0, waiting: [], slices: [] }
      if (caller.open < size) {
        caller.open++
        callers.set(key, caller)
        return placeOf(key, caller)
      }
      if (caller.waiting.length >= maxWaiting) throw tooManyRequests(retryAfterMs)
      const place = Promise.withResolvers<Place>()
      caller.waiting.push(place)
      const giveUp = () => {
        const at = caller.waiting.indexOf(place)
        if (at !== -1) caller.waiting.splice(at, 1)
        place.reject(new AppError('busy'))
      }
      signal?.addEventListener('abort', giveUp)
      try {
        return await place.promise
      } finally {
        signal?.removeEventListener('abort', giveUp)
      }
    },
  }
}

/** Waits for the turn of a user's next slice. */
export type Turn = (userId: number) => Promise<void>

/** Makes what gives each user one turn after the other, however much the user has under way. */
export function createTurn(): Turn {
  const turns = createTurns({ size: Number.POSITIVE_INFINITY, waiting: 0 })
  return async (userId) => {
    const place = await turns.enter(String(userId))
    await place.turn()
    place.leave()
  }
}
