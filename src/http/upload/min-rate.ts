/** Bytes a second below which an upload is given up: a slow phone in a bad network sends 20,000. */
const minBytesPerSecond = 5_000

/** How long nothing is judged, at the start and after anything that came fast. */
const graceMs = 120_000

/** Judges whether an upload gets anywhere, so that nobody holds a file and a slot open for ever. */
export function createMinRate(now: () => number = () => performance.now()) {
  // The time by which what came so far is used up, at the minBytesPerSecond rate that is taken.
  let credit = now() + graceMs
  return {
    /** Counts some bytes that came; whether those and all before them took too long. */
    isTooSlow(bytes: number): boolean {
      const at = now()
      const tooSlow = at > credit
      credit = Math.min(credit + (bytes / minBytesPerSecond) * 1000, at + graceMs)
      return tooSlow
    },
  }
}
