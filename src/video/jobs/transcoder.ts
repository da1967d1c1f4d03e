import { availableParallelism } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Job } from '../../store/media.ts'
import { doJob, type JobPorts } from './do-job.ts'

export type Transcoder = ReturnType<typeof createTranscoder>

/** Jobs that are done at once. One lane is for short ones alone, so there are at least two. */
const lanes = Math.max(2, availableParallelism())

/** A job that is expected to take longer never has the last lane. */
const maxShortSeconds = 30

/** So often the store is looked at for jobs that are due, or that an operator asked for. */
const pollMs = 15_000

/**
 * Makes what does the jobs in the store as long as there are any. It does nothing until started or
 * woken. Who has a job running waits for those who have none, and never has two long ones; jobs that
 * ended in trouble before are done one at a time.
 */
export function createTranscoder(ports: JobPorts, retryPauseMs = 15_000) {
  const { store, log } = ports
  const stop = new AbortController()
  const running = new Map<Job, Promise<void>>()
  let filling: Promise<void> | null = null
  let isWoken = false
  let timer: ReturnType<typeof setInterval> | undefined

  const claim = async (): Promise<Job | null> => {
    const under = [...running.keys()]
    const delayed = !under.some(({ tries }) => tries > 0)
    const short = { long: false, delayed: false, maxShortSeconds }
    const long = under.filter(isLong).length < lanes - 1
    const notOf = under.map(({ authorId }) => authorId)
    return (
      (await store.jobs.claim({ ...short, long, delayed: delayed && long, notOf })) ??
      // Nobody else waits, so it does no harm.
      (await store.jobs.claim({ ...short, notOf: [] }))
    )
  }

  const fill = async () => {
    while (running.size < lanes && !stop.signal.aborted) {
      isWoken = false
      const job = await claim()
      if (job) start(job)
      // Somebody may have added a job after it was looked for.
      else if (!isWoken) return
    }
  }

  const start = (job: Job) => {
    const task = settle(job).finally(() => {
      running.delete(job)
      wake()
    })
    running.set(job, task)
  }

  /** A job that can't even be ended, since the disk is full, would stay `running`: it is done again. */
  const settle = async (job: Job): Promise<void> => {
    while (!stop.signal.aborted) {
      try {
        return await doJob(ports, job)
      } catch (error) {
        if (stop.signal.aborted) return
        log.failure(`${job.kind} of media ${job.mediaId}`, error)
        await sleep(retryPauseMs, null, { signal: stop.signal }).catch(() => null)
      }
    }
  }

  const wake = (): void => {
    isWoken = true
    if (stop.signal.aborted) return
    filling ??= fill()
      .catch((error) => log.failure('jobs', error))
      .finally(() => {
        filling = null
        // Between its last look and now.
        if (isWoken && running.size < lanes) wake()
      })
  }

  return {
    /** Resumes the jobs that a killed server left, and looks for due ones from now on. */
    start() {
      timer = setInterval(wake, pollMs)
      filling ??= store.jobs
        .recover()
        .then(fill)
        .catch((error) => log.failure('jobs', error))
        .finally(() => {
          filling = null
        })
    },
    /** To be called when a job was added. */
    wake,
    /** Resolves when no job runs any more; one that was not done is resumed by the next server. */
    async close() {
      stop.abort()
      clearInterval(timer)
      await filling
      await Promise.all(running.values())
    },
  }
}

const isLong = ({ kind, seconds, tries }: Job): boolean =>
  seconds > maxShortSeconds || kind !== 'render' || tries > 0
