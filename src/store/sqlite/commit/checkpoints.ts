import type { Database } from 'bun:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import { createMaintenance, failedSync, type Task } from './maintenance.ts'

/** Moves what is committed from the write-ahead log into the database file. */
export interface Checkpoints {
  /** To be called after each commit, while no transaction is open. */
  committed(): void
  /** @throws SQLiteError busy, while the rest of a long log is being copied and nothing may be added */
  assertFree(): void
  /** Copies everything and empties the log. @throws Error if other connections keep it too long */
  empty(): Promise<void>
  /** Resolves when the log is empty, unless somebody else has the database open. */
  close(): Promise<void>
}

/** Bytes of the log that are not copied yet, from which on a worker copies them, beside the commits. */
const checkpointBytes = 16 << 20

/**
 * A log starts anew only when all of it is copied, which under load never happens by itself. From so
 * many bytes on the worker copies what was added while it was copying, again and again, and the last
 * half megabyte, or what is left after so many times, while no writer adds to it.
 */
const holdBytes = 64 << 20
const lastBytes = 1 << 19
const maxPasses = 5

/** With no commit for so long the database file is made complete. */
const quietMs = 800

/**
 * With none for so long the log is emptied: what lies there could be replayed over an older file that
 * somebody puts back. Until then the next commit is written over it, which takes 0.27 ms instead of
 * the 0.38 of a commit that makes the log longer.
 */
const restMs = 10_000

/** How long, and how often, a checkpoint that must empty the log is tried beside other processes. */
const emptyWaitMs = 30_000
const emptyPauseMs = 10

const busy = Object.assign(new Error('the log is being emptied'), { code: 'SQLITE_BUSY' })

/**
 * Takes SQLite's own checkpoints, inside of commits, out of the hands of this connection.
 * @param onFree called when writers may go on that `assertFree` has held
 * @param note told why the process ends, if it has to
 */
export function createCheckpoints(
  database: Database,
  path: string,
  onFree: () => void = () => {},
  note: (text: string) => void = console.error,
): Checkpoints {
  database.run('PRAGMA wal_autocheckpoint = 0')
  const { page_size: pageBytes } = database.query('PRAGMA page_size').get() as {
    page_size: number
  }
  const state = database.prepare<{ log: number; checkpointed: number }, []>(
    'PRAGMA wal_checkpoint(NOOP)',
  )
  const maintenance = createMaintenance(path)
  let isRunning = false
  let passes = 0
  let isHolding = false
  let isUnsynced = false
  let lastCommit = 0
  let timer: NodeJS.Timeout | null = null

  const start = async (task: Task) => {
    isRunning = true
    try {
      await maintenance.run(task)
      // SQLite has synced the file if nothing was added to the log meanwhile, by whomever.
      isUnsynced = task === 'checkpoint'
      const { log, checkpointed } = bytesInLog()
      if (checkpointed === log) isUnsynced = false
    } catch (error) {
      // A full or failing disk: the log keeps what it has, and the next commit says what is wrong.
      endIfLost(error, isUnsynced || task === 'synced checkpoint')
    }
    isRunning = false
    passes = isHolding ? 0 : passes + 1
    if (!isHolding) return
    isHolding = false
    onFree()
  }

  const bytesInLog = () => {
    const { log, checkpointed } = state.get() ?? { log: 0, checkpointed: 0 }
    return { log: log * pageBytes, checkpointed: checkpointed * pageBytes }
  }

  /**
   * SQLite counts pages as copied before it syncs the file with the last of them. If that sync fails, a
   * later one says nothing of what is lost; then the log may not begin anew. It is copied from its
   * beginning by whoever finds it after a crash, so the process ends like one; PostgreSQL does the same.
   */
  const endIfLost = (error: unknown, wasUnsynced: boolean) => {
    if (!wasUnsynced || (error as { code?: string }).code !== failedSync) return
    note(
      'the disk has failed to keep what was copied into the database file. The log has all of it: douyin ends here, and copies it anew at the next start',
    )
    process.kill(process.pid, 'SIGKILL')
  }

  /** @returns whether the log is empty: no reader of another process keeps it */
  const truncate = (): boolean => {
    try {
      const answer = database.query('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number }
      return answer.busy === 0
    } catch (error) {
      endIfLost(error, isUnsynced)
      throw error
    }
  }

  const whenQuiet = () => {
    timer = null
    const left = lastCommit + quietMs - performance.now()
    if (isRunning || left > 0) return wait(Math.max(left, 10))
    try {
      const { log, checkpointed } = bytesInLog()
      if (log === 0) return
      const rested = performance.now() - lastCommit >= restMs
      if (checkpointed < log) void start('checkpoint')
      else if (rested && truncate()) return
    } catch {
      // A disk that fails now is the next commit's to tell of.
    }
    wait(quietMs)
  }

  const wait = (ms: number) => {
    timer = setTimeout(whenQuiet, ms)
    timer.unref()
  }

  // What a crash has left in the log.
  wait(quietMs)
  return {
    committed() {
      lastCommit = performance.now()
      if (timer === null) wait(quietMs)
      if (isRunning) return
      try {
        const { log, checkpointed } = bytesInLog()
        const left = log - checkpointed
        if (log <= holdBytes) passes = 0
        else if (passes > 0) {
          isHolding = left <= lastBytes || passes >= maxPasses
          return void start('checkpoint')
        }
        if (left > checkpointBytes) void start(log > holdBytes ? 'synced checkpoint' : 'checkpoint')
      } catch {
        // What was committed is safe; a disk that fails now is the next commit's to tell of.
        isHolding = false
      }
    },
    assertFree() {
      if (isHolding) throw busy
    },
    async empty() {
      const deadline = performance.now() + emptyWaitMs
      while (!truncate()) {
        if (performance.now() > deadline) {
          throw new Error('other programs keep the write-ahead log from being emptied')
        }
        await sleep(emptyPauseMs)
      }
    },
    async close() {
      if (timer) clearTimeout(timer)
      await maintenance.close()
      try {
        // SQLite does this when the last connection is closed, but ours lasts as long as a statement.
        truncate()
      } catch {
        // Whoever opens the database next reads the log.
      }
      maintenance.end()
    },
  }
}
