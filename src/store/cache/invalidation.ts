/** Tells when a file was written by somebody other than this process. */
export interface Invalidation {
  /** To be called before anything kept is read: forgets it all if somebody else has written. */
  check(): void
}

/**
 * Asks `hasForeignWrite` once in a turn of the event loop: a request that comes after somebody else's
 * commit is handled in a later turn.
 */
export function createInvalidation(
  hasForeignWrite: () => boolean,
  forget: () => void,
): Invalidation {
  let checked = false
  return {
    check() {
      if (checked) return
      checked = true
      setImmediate(() => {
        checked = false
      })
      if (hasForeignWrite()) forget()
    },
  }
}
