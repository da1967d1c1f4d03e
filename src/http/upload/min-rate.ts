/** A slower upload is given up: a slow phone in a bad network sends 20,000. */
const minBytesPerSecond = 5_000

/** How long nothing is judged, at the start and after anything that came fast. */
const graceMs = 120_000

/** Tells whether an upload is too slow, so that nobody keeps a file and a connection open for ever. */
export function createMinRate(now: () => number = () => performance.now()) {
  // The time at which what has come so far would have come at the minimal rate, and the grace.
  let credit = now() + graceMs
  return {
    /** Counts bytes that came; returns whether these and all before them took too long. */
    isTooSlow(bytes: number): boolean {
      const at = now()
      const tooSlow = at > credit
      credit = Math.min(credit + (bytes / minBytesPerSecond) * 1000, at + graceMs)
      return tooSlow
    },
  }
}
