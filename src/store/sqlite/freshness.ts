import type { Database } from 'bun:sqlite'

/** Keeps what is in memory true to the file when another process writes to it. */
export interface Freshness {
  /** To be called before anything kept is read. */
  check(): void
  /** Names what to do when the file was changed by somebody else. */
  onForeignWrite(forget: () => void): void
  /** Does that now. */
  forget(): void
}

/**
 * Asks SQLite whether another connection has committed since, once in a turn of the event loop: a
 * request that comes after that commit is handled in a later turn.
 */
export function createFreshness(raw: Database): Freshness {
  const version = raw.prepare<{ data_version: number }, []>('PRAGMA data_version')
  const forgetters: (() => void)[] = []
  const forgetAll = () => {
    for (const forget of forgetters) forget()
  }
  let seen = version.get()?.data_version
  let checked = false
  return {
    check() {
      if (checked) return
      checked = true
      setImmediate(() => {
        checked = false
      })
      const now = version.get()?.data_version
      if (now === seen) return
      seen = now
      forgetAll()
    },
    onForeignWrite(forget) {
      forgetters.push(forget)
    },
    forget: forgetAll,
  }
}
