import type { Database } from 'bun:sqlite'
import { cacheSize } from './open.ts'
import type { Recorder, Values } from './recorder.ts'
import type { Redo } from './redo.ts'
import { createReplay } from './replay.ts'
import { busy, type Turns } from './turns.ts'
import type { Wal } from './wal.ts'

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
  /**
   * Does a part of what `settle` has to do, while others write; true if not much is left.
   * @throws as `settle`
   */
  lighten(): boolean
  /** Whether so much was secured since then that it should not be put off any longer. */
  readonly isDue: boolean
  /** Lets go of the redo log. */
  close(): void
}

/** What every kind of transaction works with. */
interface Parts {
  readonly database: Database
  readonly recorder: Recorder
  readonly turns: Turns
  /** Whether a transaction may begin: not while the log of SQLite is to be emptied. */
  mayBegin(): boolean
}

/** What one works with that commits each batch. */
export interface Direct extends Parts {
  /** Opens the redo log of a server, null as long as there was none. */
  findRedo(): Redo | null
}

/** A commit for each batch: for who has little to write, or works beside a server. */
export function createDirect({
  database,
  recorder,
  turns,
  mayBegin,
  findRedo,
}: Direct): Transaction {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const replay = createReplay(database)
  let redo: Redo | null = null
  return {
    begin() {
      if (!mayBegin()) throw busy
      rollback(database, recorder)
      try {
        begin.run()
      } catch (error) {
        turns.ask()
        throw error
      }
      // What a server that was killed has left in its log comes before anything new.
      redo ??= findRedo()
      if (redo?.isChanged()) replay.run(redo.read())
    },
    secure() {
      recorder.flush()
      commit.run()
      return recorder.length / 2
    },
    takeBack: () => rollback(database, recorder),
    settle() {},
    lighten: () => true,
    isDue: false,
    close: () => redo?.close(),
  }
}

/** What one works with that goes ahead of its commits. */
export interface Ahead extends Parts {
  readonly redo: Redo
  readonly wal: Wal
  /** Told when rows may be other ones than they were, because some were done again. */
  changed(): void
}

/**
 * Shares of a half of the log: how much may wait to be committed, which bounds what is to be done
 * again after a crash, and how much must have been for a sync to be worth its while. Together less
 * than the half, so that nobody has to wait for room in it.
 */
const most = 0.5
const worthSync = 0.25

/**
 * A commit of 10,000 pages stops everybody for 50 ms. With a small cache SQLite writes changed pages
 * as it needs room for others, one after the other: so it is given one some time before a commit, ms,
 * if more than this share of the log is to be committed. KB.
 */
const smallCache = 8_000
const spilling = 500
const little = 0.02

/**
 * One transaction for many batches: each is secure by a few hundred bytes in the redo log, and what
 * they all changed is committed together later on, so that a page of the database is written once
 * for many of them. This connection reads all that it has written from the first moment. Commits are
 * not synced (`synchronous=NORMAL`): the redo log keeps its records until the disk has them.
 */
export function createAhead({
  database,
  recorder,
  redo,
  wal,
  turns,
  mayBegin,
  changed,
}: Ahead): Transaction {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  const replay = createReplay(database)
  let open = false
  /** Since when SQLite has a small cache. */
  let shrunkAt: number | null = null
  let started = false
  /** Whether the log may have what the database hasn't. */
  let pending = true
  let number = 0
  /** Texts that this half of the log has. */
  let logged = new Set<number>()
  /** The last commit failed: nothing new is taken until one goes well. */
  let strained = false
  let syncing = false
  /** Shares of a half that were settled and that the disk may not have. */
  let unreleased = 0

  const start = () => {
    rollback(database, recorder)
    open = false
    begin.run()
    const before = replay.applied()
    number = pending ? replay.run(started ? redo.again() : redo.read()) : before
    if (number > before) changed()
    // A process before this one may have committed what the disk has not got yet.
    if (!started && number === before) released(number)
    pending = number > before
    logged = new Set()
    started = true
    open = true
  }

  const settle = () => {
    if (!open) return
    try {
      recorder.flush()
      replay.note(number)
      commit.run()
    } catch (error) {
      strained = true
      // SQLite may have ended the transaction; what was secured is done again from the log.
      start()
      throw error
    }
    if (shrunkAt !== null) database.run(`PRAGMA cache_size = -${cacheSize}`)
    shrunkAt = null
    open = false
    strained = false
    pending = false
    unreleased += redo.share
    redo.settled()
    if (unreleased > worthSync && !syncing) void release(number)
    turns.offer()
  }

  const release = async (upTo: number) => {
    syncing = true
    unreleased = 0
    try {
      await wal.sync()
      redo.release(upTo)
    } catch {
      // The log keeps what it has, and when it is full the next writer hears of the disk.
    } finally {
      syncing = false
    }
  }

  /** Syncs all that is committed, and begins a half of the log. */
  const released = (upTo: number) => {
    wal.syncNow()
    redo.release(upTo)
    redo.turn()
    logged = new Set()
  }

  const textOf = (runs: readonly (number | Values)[]): string => {
    const texts: (number | string)[] = []
    for (let at = 0; at < runs.length; at += 2) {
      const text = runs[at] as number
      if (logged.has(text)) continue
      logged.add(text)
      texts.push(text, recorder.textOf(text))
    }
    return JSON.stringify([texts, runs])
  }

  /** Whether the log took the record; one that is full or fails is no reason to fail as well. */
  const append = (runs: readonly (number | Values)[]): boolean => {
    try {
      if (redo.append(number, textOf(runs))) return true
      if (!redo.turn()) return false
      logged = new Set()
      return redo.append(number, textOf(runs))
    } catch {
      return false
    }
  }

  return {
    begin() {
      if (!open && (turns.isOthers() || !mayBegin())) throw busy
      if (!open || recorder.isBroken) start()
      if (!strained) return
      settle()
      start()
    },

    secure() {
      const runs = recorder.take()
      if (runs.length === 0) return 0
      number++
      pending = true
      if (!append(runs)) {
        settle()
        released(number)
      }
      return runs.length / 2
    },

    takeBack: start,
    settle,

    lighten() {
      if (!open || recorder.isBroken) return true
      if (shrunkAt === null && redo.share > little) {
        database.run(`PRAGMA cache_size = -${smallCache}`)
        shrunkAt = performance.now()
      }
      const isLight = recorder.lighten()
      return shrunkAt === null ? isLight : performance.now() - shrunkAt > spilling
    },

    get isDue() {
      return redo.share > most
    },
    close: redo.close,
  }
}

function rollback(database: Database, recorder: Recorder): void {
  recorder.truncate(0)
  recorder.forget()
  // A failing disk may have ended it already.
  if (database.inTransaction) database.run('ROLLBACK')
}
