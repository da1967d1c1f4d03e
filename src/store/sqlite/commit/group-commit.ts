import type { Database } from 'bun:sqlite'
import { AppError } from '../../../errors.ts'
import { isSqliteBusy } from '../../../lib/system-errors.ts'
import type { Change } from '../../cache/change.ts'
import type { Handle } from '../engine/handle.ts'
import { translate } from './sqlite-errors.ts'

/** What a write returns: its result, and what it changed. */
export interface Written<T> {
  readonly result: T
  readonly changes: readonly Change[]
}

/** What a write returns that is done. */
export const written = <T>(result: T, ...changes: readonly Change[]): Written<T> => ({
  result,
  changes,
})

/** Runs a synchronous write in a transaction; resolves with its result once that is on disk. */
export type Commit = <T>(write: () => Written<T>) => Promise<T>

export interface GroupCommit {
  /**
   * For a write that finds out whether it can be done before it changes anything: it shares a
   * transaction. If one throws after all when it has changed something, everything of that
   * transaction is rolled back, and each of its writes runs again alone.
   */
  readonly commit: Commit
  /** For any other write: it has a transaction of its own, and sees all counts as they are. */
  readonly commitAlone: Commit
  /** To be called when a lock was let go: who waits for one tries again at once. */
  retry(): void
  /** Resolves when nothing waits any more; later writes are refused. */
  close(): Promise<void>
}

/** What happens around each transaction. */
export interface Steps {
  /** What it throws is why nothing is written. */
  before(): void
  /** Writes, within the transaction, what follows from the changes. */
  finish(changes: readonly Change[]): void
  /** After COMMIT, before anyone is answered. */
  committed(changes: readonly Change[], writes: number, ms: number): void
}

interface Waiting {
  readonly isAlone: boolean
  /** How many tries in a row had failed when it came. */
  readonly since: number
  write(): Written<unknown>
  resolve(result: unknown): void
  reject(error: unknown): void
}

// SQLite's own delays between tries. We wait outside of SQLite because its busy_timeout would stop
// the event loop, and every reader with it. 30 s in all: a removed user ends with every page written
// anew under the lock, 0.6 s for 100 MB.
const busyDelaysMs = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100]
const maxTries = 310

/** Writes that wait for a lock at most, some KB each with their requests. */
const maxWaiting = 10_000

/**
 * Writes that share a sync: bounds how long readers wait for one transaction. 128 take 2 to 4 ms of a
 * core, among 100,000 users and with their promises, 256 took 4 to 8.
 */
const maxBatch = 128

/**
 * Turns of the event loop at most that a transaction waits for more writes, as long as each brings
 * some. Those who were answered by the last commit write again while the others are being taken in: of 64
 * at once, 42 share a transaction without this and 62 with it, and a tenth more likes are done in the same time.
 */
const maxTurns = 4

/**
 * Group commit: writes that arrive within a few turns of the event loop share one transaction, and with
 * it one sync of the disk.
 */
export function createGroupCommit(database: Database, db: Handle, steps: Steps): GroupCommit {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')

  let waiting: Waiting[] = []
  let isScheduled = false
  let pause: NodeJS.Timeout | null = null
  let isClosed = false
  let tries = 0
  let idle = Promise.withResolvers<void>()

  const schedule = (delayMs: number) => {
    isScheduled = true
    if (delayMs === 0) setImmediate(gather, 0, maxTurns)
    else pause = setTimeout(run, delayMs)
  }

  const gather = (before: number, turns: number) => {
    const isFull = waiting.length >= maxBatch || waiting.some(({ isAlone }) => isAlone)
    if (isFull || waiting.length === before || turns === 0) return run()
    setImmediate(gather, waiting.length, turns - 1)
  }

  const next = (delayMs = 0) => {
    if (waiting.length > 0) return schedule(delayMs)
    tries = 0
    idle.resolve()
  }

  const run = () => {
    isScheduled = false
    pause = null
    const batch = takeBatch()
    try {
      steps.before()
      rollback()
      begin.run()
    } catch (error) {
      return retryLater(batch, error)
    }
    tries = 0
    try {
      transact(batch)
    } finally {
      next()
    }
  }

  /** One write that is to be alone, or all before the next such one. */
  const takeBatch = (): Waiting[] => {
    const alone = waiting.findIndex(({ isAlone }) => isAlone)
    return waiting.splice(0, alone === -1 ? maxBatch : Math.min(maxBatch, Math.max(1, alone)))
  }

  const retryLater = (batch: Waiting[], error: unknown) => {
    if (!isSqliteBusy(error)) {
      tries = 0
      for (const { reject } of batch) reject(translate(error))
      return next()
    }
    const delayMs = busyDelaysMs[tries++] ?? 100
    // Each has the same time to wait, whoever has waited before it.
    const hasTime = ({ since }: Waiting) => tries - since <= maxTries
    const all = batch.concat(waiting)
    waiting = all.filter(hasTime)
    for (const one of all) if (!hasTime(one)) one.reject(translate(error))
    next(delayMs)
  }

  const transact = (batch: readonly Waiting[]) => {
    const started = performance.now()
    const rowsBefore = db.rowsChanged
    const changes: Change[] = []
    const answers: (() => void)[] = []
    let isCommitting = false
    try {
      for (const one of batch) {
        const answer = runOne(one, changes)
        if (answer === null) return runApart(batch)
        answers.push(answer)
      }
      // Else SQLite has nothing to sync, and nothing is to be copied out of the log later.
      if (db.rowsChanged > rowsBefore) steps.finish(changes)
      isCommitting = true
      commit.run()
    } catch (error) {
      rollback()
      if (isCommitting) removeRefused()
      for (const { reject } of batch) reject(translate(error))
      return
    }
    try {
      steps.committed(changes, batch.length, performance.now() - started)
    } finally {
      // It is on disk, whatever those who are told of it do.
      for (const answer of answers) answer()
    }
  }

  /** How a write is to be answered after COMMIT; null if everything has to be rolled back first. */
  const runOne = (one: Waiting, changes: Change[]): (() => void) | null => {
    const writesBefore = db.writesRun
    try {
      const { result, changes: own } = one.write()
      for (const change of own) changes.push(change)
      return () => one.resolve(result)
    } catch (error) {
      if (one.isAlone) throw error
      // A full disk may have ended the transaction on its own.
      if (db.writesRun > writesBefore || !database.inTransaction) return null
      return () => one.reject(translate(error))
    }
  }

  const runApart = (batch: readonly Waiting[]) => {
    rollback()
    waiting = batch.map((one) => ({ ...one, isAlone: true })).concat(waiting)
  }

  const rollback = () => {
    try {
      if (database.inTransaction) database.run('ROLLBACK')
    } catch {
      // A failing disk may fail this too; the next transaction begins by trying again.
    }
  }

  /**
   * A COMMIT whose sync failed has left its frames behind the valid end of the log, where a process
   * that is started after a crash would find them whole. In an empty log they are cut off: SQLite
   * syncs its header before it writes a frame over them. Elsewhere whatever is written next lies over
   * them: this is, and says nothing new.
   */
  const removeRefused = () => {
    try {
      const { log } = database.query('PRAGMA wal_checkpoint(NOOP)').get() as { log: number }
      if (log === 0) return void database.query('PRAGMA wal_checkpoint(TRUNCATE)').get()
      begin.run()
      const { user_version: version } = database.query('PRAGMA user_version').get() as {
        user_version: number
      }
      database.run(`PRAGMA user_version = ${version}`)
      commit.run()
    } catch {
      // It lies over them all the same: what failed is the sync.
      rollback()
    }
  }

  const enqueue =
    (isAlone: boolean): Commit =>
    <T>(write: () => Written<T>) =>
      new Promise<T>((resolve, reject) => {
        if (isClosed) return reject(new AppError('unavailable'))
        if (tries > 0 && waiting.length >= maxWaiting) return reject(new AppError('busy'))
        waiting.push({
          isAlone,
          since: tries,
          write,
          resolve: resolve as (result: unknown) => void,
          reject,
        })
        if (!isScheduled) schedule(0)
      })

  return {
    commit: enqueue(false),
    commitAlone: enqueue(true),
    retry() {
      if (pause === null) return
      clearTimeout(pause)
      pause = null
      schedule(0)
    },
    async close() {
      if (!isClosed) idle = Promise.withResolvers()
      isClosed = true
      if (waiting.length > 0) await idle.promise
    },
  }
}
