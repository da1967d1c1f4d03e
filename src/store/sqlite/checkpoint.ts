import type { Database } from 'bun:sqlite'

/** Keeps the write-ahead log short without making anybody's commit wait for it. */
export interface Checkpoints {
  /** To be called after each commit, while no transaction is open. */
  committed(): void
  /** While this holds, no transaction may begin. */
  readonly isHolding: boolean
  /** Resolves when the worker has let go of the database, and the log is empty if nobody else has it. */
  close(): Promise<void>
}

/** Pages in the log, of 4 KB, from which on it is copied into the database by a worker. */
const soft = 16_000

/**
 * The log starts anew only where a transaction finds nothing left in it to copy. From so many pages on
 * the worker, when it has just copied most, copies the rest while no writer adds to it.
 */
const hard = 32_000

/** Takes SQLite's own checkpoints, inside of commits, out of the hands of this connection. */
export function createCheckpoints(database: Database, path: string): Checkpoints {
  database.run('PRAGMA wal_autocheckpoint = 0')
  const state = database.prepare<{ log: number; checkpointed: number }, []>(
    'PRAGMA wal_checkpoint(NOOP)',
  )
  let worker: Worker | null = null
  let running = false
  let ended = false
  let holding = false

  const start = () => {
    running = true
    worker ??= startWorker(() => {
      running = false
      ended = !holding
      holding = false
    })
    worker.postMessage(path)
  }

  return {
    committed() {
      if (running) return
      try {
        const { log, checkpointed } = state.get() ?? { log: 0, checkpointed: 0 }
        holding = ended && log > hard
        ended = false
        if (holding || log - checkpointed > soft) start()
      } catch {
        // What was committed is safe; a disk that fails now is the next commit's to tell of.
        holding = false
      }
    },
    get isHolding() {
      return holding
    },
    async close() {
      if (worker) await closed(worker)
      try {
        // SQLite does this when the last connection is closed, but ours lasts as long as a statement.
        database.run('PRAGMA wal_checkpoint(TRUNCATE)')
      } catch {
        // The next one who opens the database reads the log.
      }
      // Not before: a thread that ends has Bun empty the log once more, and holds it meanwhile.
      worker?.terminate()
    },
  }
}

/** The worker is an entry of the build of its own, which keeps its folder; see media/embedded. */
function startWorker(done: () => void): Worker {
  const worker = new Worker(
    Bun.isStandaloneExecutable
      ? `${import.meta.dir}/src/store/sqlite/checkpoint.worker.js`
      : `${import.meta.dir}/checkpoint.worker.ts`,
  )
  worker.unref()
  worker.onmessage = done
  worker.onerror = done
  return worker
}

async function closed(worker: Worker): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  worker.onmessage = ({ data }) => {
    if (data === 'closed') resolve()
  }
  worker.onerror = () => resolve()
  // What the process waits for must keep it.
  worker.ref()
  worker.postMessage(null)
  await promise
}
