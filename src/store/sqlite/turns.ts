import { closeSync, openSync, rmSync, statSync } from 'node:fs'

/**
 * How another process gets the database from a server that writes all the time: SQLite's lock knows
 * no queue, and the moment between two long transactions is hardly ever met by trying.
 */
export interface Turns {
  /** Says that we want to write, or to see what was acknowledged. */
  ask(): void
  isAsked(): boolean
  /** To be called when nothing is locked: whoever has asked is next. */
  offer(): void
  /** Whether it is somebody else's turn. */
  isOthers(): boolean
}

/** ms that are left to the others: they try again after 100 ms at most. */
const patience = 150

/** What a writer hears whose turn it isn't, as SQLite would say it. */
export const busy = Object.assign(new Error('it is not our turn to write'), {
  code: 'SQLITE_BUSY',
})

/** @param path of the file by which a process asks; the one that offers takes it away */
export function createTurns(path: string): Turns {
  let until = Number.NEGATIVE_INFINITY
  const isAsked = () => statSync(path, { throwIfNoEntry: false }) !== undefined
  return {
    ask() {
      try {
        closeSync(openSync(path, 'a'))
      } catch {
        // On a full disk we have to try like everybody else.
      }
    },
    isAsked,
    offer() {
      if (!isAsked()) return
      rmSync(path, { force: true })
      until = performance.now() + patience
    },
    isOthers: () => performance.now() < until,
  }
}
