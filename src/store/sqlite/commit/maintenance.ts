import { translate } from './sqlite-errors.ts'

/**
 * `checkpoint` copies the log into the database file, a synced one brings that to the disk, too, and
 * `rewrite` writes every page anew.
 */
export type Task = 'checkpoint' | 'synced checkpoint' | 'rewrite'

/** SQLite's code for a sync that failed. */
export const failedSync = 'SQLITE_IOERR_FSYNC'

/** What SQLite says of a task that failed. */
export interface Failed {
  readonly message: string
  readonly code: string
}

/** Runs tasks on the whole file beside everything else, one at a time. */
export interface Maintenance {
  /** @throws Error with SQLite's message and `code` */
  run(task: Task): Promise<void>
  /** Waits for what runs, and lets go of the database. */
  close(): Promise<void>
  /** Ends the thread; Bun has it empty the log once more, and hold it meanwhile. */
  end(): void
}

/** Starts a thread with the first task. */
export function createMaintenance(path: string): Maintenance {
  let worker: Worker | null = null
  let running: Promise<unknown> = Promise.resolve()

  const ask = (message: { path: string; task: Task } | 'close', keepsProcess: boolean) => {
    worker ??= startWorker()
    const thread = worker
    if (keepsProcess) thread.ref()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    thread.onmessage = ({ data: failed }: MessageEvent<Failed | null>) =>
      failed ? reject(Object.assign(new Error(failed.message), failed)) : resolve()
    thread.onerror = ({ message }) => {
      // A thread that couldn't start will not reply to anything; the next task starts another.
      worker = null
      reject(new Error(message))
    }
    thread.postMessage(message)
    return promise
  }

  return {
    // A checkpoint is of use while there is something else to do; the end of a removal is waited for.
    run(task) {
      const done = ask({ path, task }, task === 'rewrite')
      running = done.catch(() => null)
      return done
    },
    async close() {
      worker?.ref()
      await running
      if (worker) await ask('close', true).catch(() => null)
    },
    end: () => worker?.terminate(),
  }
}

/** Writes every page of a database anew. @throws AppError storage_full, busy */
export async function rewriteFile(path: string): Promise<void> {
  const maintenance = createMaintenance(path)
  try {
    await maintenance.run('rewrite')
  } catch (error) {
    throw translate(error)
  } finally {
    await maintenance.close()
    maintenance.end()
  }
}

/** The worker is an entry of the build of its own, which keeps its folder; see media/embedded. */
function startWorker(): Worker {
  const worker = new Worker(
    Bun.isStandaloneExecutable
      ? `${import.meta.dir}/src/store/sqlite/commit/maintenance.worker.js`
      : `${import.meta.dir}/maintenance.worker.ts`,
  )
  worker.unref()
  return worker
}
