import type { Database } from 'bun:sqlite'
import type { Recorder } from './recorder.ts'
import type { Redo } from './redo.ts'
import { createReplay } from './replay.ts'
import { busy, type Turns } from './turns.ts'

/** How what a batch of writes changed gets on disk, or is taken back. */
export interface Transaction {
  /** To be called before anything is written. @throws SQLiteError, if nothing can be written now */
  begin(): void
  /**
   * When it returns, all that was written since `begin` is on disk. Answers by how many statements
   * that was. @throws what the disk says
   */
  secure(): number
  /** Takes back all that was written since `begin`; what was secured stays. */
  takeBack(): void
  /** Shows other processes all that was secured. @throws what the disk says */
  settle(): void
  /** Lets go of the redo log. */
  close(): void
}

/**
 * A commit for each batch: for who has little to write, or works beside a server.
 * @param findRedo opens the redo log of a server, null as long as there was none
 */
export function createDirect(
  database: Database,
  findRedo: () => Redo | null,
  recorder: Recorder,
  turns: Turns,
): Transaction {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const replay = createReplay(database)
  let redo: Redo | null = null
  /** The log's first record when the database had them all. */
  let seen = Number.NaN
  return {
    begin() {
      rollback(database)
      recorder.truncate(0)
      try {
        begin.run()
      } catch (error) {
        turns.ask()
        throw error
      }
      // What a server that was killed has left in its log comes before anything new.
      redo ??= findRedo()
      if (redo && redo.first() !== seen) replay.run(redo.read())
    },
    secure() {
      commit.run()
      seen = redo?.first() ?? seen
      return recorder.length / 2
    },
    takeBack: () => rollback(database),
    settle() {},
    close: () => redo?.close(),
  }
}

/**
 * One transaction for many batches: each is secure by a few hundred bytes in the redo log, and what
 * they all changed is committed together later on, so that a page of the database is written once
 * for many of them. This connection reads all that it has written from the first moment.
 * @param changed told when rows may be other ones than they were, because some were done again
 */
export function createAhead(
  database: Database,
  redo: Redo,
  recorder: Recorder,
  turns: Turns,
  changed: () => void,
): Transaction {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const replay = createReplay(database)
  /** The first time, the log may hold what was left by a process before this one. */
  let records = redo.read
  let open = false
  let number = 0
  /** Texts that the log has since its restart. */
  let logged = new Set<number>()
  /** The last commit failed: nothing new is taken until one goes well. */
  let strained = false

  const start = () => {
    rollback(database)
    open = false
    begin.run()
    const before = replay.applied()
    number = replay.run(records())
    records = redo.again
    if (number > before) changed()
    logged = new Set()
    recorder.truncate(0)
    open = true
  }

  const settle = () => {
    if (!open) return
    try {
      replay.note(number)
      commit.run()
    } catch (error) {
      strained = true
      // SQLite may have ended the transaction; what was secured is done again from the log.
      start()
      throw error
    }
    open = false
    strained = false
    redo.restart()
    logged = new Set()
    turns.offer()
  }

  /** Whether the log took the record; one that is full or fails is no reason to fail as well. */
  const append = (text: string): boolean => {
    try {
      return redo.append(number, text)
    } catch {
      return false
    }
  }

  return {
    begin() {
      if (!open && turns.isOthers()) throw busy
      if (!open) start()
      if (!strained) return
      settle()
      start()
    },

    secure() {
      const runs = recorder.take()
      if (runs.length === 0) return 0
      const texts: (number | string)[] = []
      for (let at = 0; at < runs.length; at += 2) {
        const text = runs[at] as number
        if (logged.has(text)) continue
        logged.add(text)
        texts.push(text, recorder.textOf(text))
      }
      number++
      if (!append(JSON.stringify([texts, runs]))) settle()
      return runs.length / 2
    },

    takeBack: start,
    settle,
    close: redo.close,
  }
}

function rollback(database: Database): void {
  // A failing disk may have ended it already.
  if (database.inTransaction) database.run('ROLLBACK')
}
