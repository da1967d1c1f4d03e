import type { Database } from 'bun:sqlite'
import { AppError } from '../../errors.ts'
import type { Recorder } from './recorder.ts'
import type { Transaction } from './transaction.ts'

/**
 * Runs a synchronous write in the next batch; resolves with its result once that is on disk. It may
 * be run twice, the first time without effect, if another write of that batch fails.
 */
export type Commit = <T>(write: () => T) => Promise<T>

export interface GroupCommit {
  /** For any write: one that throws takes back what it has changed. */
  readonly commit: Commit
  /** For a write that finds out whether it can be done before it changes anything; it costs less. */
  readonly commitChecked: Commit
  /** Resolves when nothing waits any more; later writes are refused. */
  close(): Promise<void>
}

/** Whom a group commit calls around each batch. */
export interface Around {
  /** What it throws is why nothing of this batch is written. */
  before?(): void
  /** Told when something was taken back that others in the batch may have read. */
  takenBack?(): void
  /** Told once a batch is on disk: its writes, ms since it began, and statements that wrote. */
  after?(writes: number, ms: number, statements: number): void
}

interface Waiting {
  readonly isChecked: boolean
  write(): unknown
  resolve(result: unknown): void
  reject(error: unknown): void
}

// SQLite's own delays between tries, ms. We wait outside of SQLite because its busy_timeout would
// stop the event loop, and every reader with it.
const delays = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50, 50, 100]
const tries = 60

/** How many writes may share a sync: bounds how long readers wait for one batch. */
const largestBatch = 256

/**
 * Group commit: writes that arrive in one turn of the event loop share one sync of the disk. Each has
 * a savepoint, so that it takes back only itself when it throws, except for those that throw before
 * they change anything. If one of these does after all, because the disk fails, all are taken back,
 * which may mean seconds of work done again, and go in again with savepoints.
 */
export function createGroupCommit(
  {
    database,
    recorder,
    transaction,
  }: {
    database: Database
    recorder: Recorder
    transaction: Transaction
  },
  around: Around = {},
): GroupCommit {
  const savepoint = database.prepare('SAVEPOINT write')
  const release = database.prepare('RELEASE write')
  const undo = database.prepare('ROLLBACK TO write')

  let waiting: Waiting[] = []
  let scheduled = false
  let closed = false
  let failures = 0
  let idle = Promise.withResolvers<void>()

  const schedule = (delay: number) => {
    scheduled = true
    if (delay === 0) setImmediate(flush)
    else setTimeout(flush, delay)
  }

  const flush = () => {
    scheduled = false
    const batch = waiting.splice(0, largestBatch)
    const started = performance.now()
    try {
      around.before?.()
      transaction.begin()
    } catch (error) {
      return retry(batch, error)
    }
    failures = 0
    const statements = settle(batch)
    // First of all: whatever those around it throw, nobody may be left waiting.
    if (waiting.length > 0) schedule(0)
    else idle.resolve()
    if (statements !== null) {
      around.after?.(batch.length, performance.now() - started, statements)
    }
  }

  const retry = (batch: Waiting[], error: unknown) => {
    if (isBusy(error) && failures < tries) {
      waiting = batch.concat(waiting)
      return schedule(delays[failures++] ?? 100)
    }
    failures = 0
    for (const { reject } of batch) reject(translate(error))
    if (waiting.length > 0) schedule(0)
    else idle.resolve()
  }

  /**
   * Writes a batch and answers each of its writers; answers by how many statements, null if it is
   * not on disk.
   */
  const settle = (batch: readonly Waiting[]): number | null => {
    let answers: (() => void)[]
    let statements: number
    try {
      answers = runAll(batch) ?? runApart(batch)
      statements = transaction.secure()
    } catch (error) {
      takeBack()
      for (const { reject } of batch) reject(translate(error))
      return null
    }
    for (const answer of answers) answer()
    return statements
  }

  const takeBack = () => {
    try {
      transaction.takeBack()
    } catch {
      // A failing disk may fail this too; the next batch begins by trying again, and who waits for
      // an answer must get one.
    }
    around.takenBack?.()
  }

  /** Null if a checked write threw when it had changed something already. */
  const runAll = (batch: readonly Waiting[]): (() => void)[] | null => {
    const answers: (() => void)[] = []
    for (const one of batch) {
      const answer = one.isChecked ? runChecked(one) : run(one)
      if (answer === null) return null
      answers.push(answer)
    }
    return answers
  }

  const runChecked = ({ write, resolve, reject }: Waiting): (() => void) | null => {
    const before = recorder.length
    try {
      const result = write()
      return () => resolve(result)
    } catch (error) {
      if (recorder.length > before || !database.inTransaction) return null
      return () => reject(translate(error))
    }
  }

  const runApart = (batch: readonly Waiting[]): (() => void)[] => {
    transaction.takeBack()
    transaction.begin()
    const answers = batch.map(run)
    around.takenBack?.()
    return answers
  }

  const run = (one: Waiting): (() => void) => {
    // What others have counted is not to go with what this one takes back.
    recorder.flush()
    const before = recorder.length
    savepoint.run()
    try {
      const result = one.write()
      release.run()
      return () => one.resolve(result)
    } catch (error) {
      // A full disk may have ended the whole transaction, and with it the savepoint.
      if (!database.inTransaction) throw error
      undo.run()
      release.run()
      recorder.forget()
      if (recorder.length > before) around.takenBack?.()
      recorder.truncate(before)
      return () => one.reject(translate(error))
    }
  }

  const commitAs =
    (isChecked: boolean): Commit =>
    <T>(write: () => T) =>
      new Promise<T>((resolve, reject) => {
        if (closed) return reject(new AppError('unavailable'))
        waiting.push({
          isChecked,
          write,
          resolve: resolve as (result: unknown) => void,
          reject,
        })
        if (!scheduled) schedule(0)
      })

  return {
    commit: commitAs(false),
    commitChecked: commitAs(true),
    async close() {
      if (!closed) idle = Promise.withResolvers()
      closed = true
      if (waiting.length > 0) await idle.promise
    },
  }
}

const isBusy = (error: unknown) => codeOf(error).startsWith('SQLITE_BUSY')

/** The caller's words for what SQLite says; anything else stays as it is and is logged. */
function translate(error: unknown): unknown {
  const code = codeOf(error)
  if (code === 'SQLITE_FULL') return new AppError('storage_full')
  if (code.startsWith('SQLITE_BUSY')) return new AppError('busy')
  // Whatever else a write refers to it has looked up; the one who writes was removed meanwhile.
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return new AppError('user_not_found')
  return error
}

const codeOf = (error: unknown): string => String((error as { code?: unknown })?.code ?? '')
