import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { Inspection } from '../../media/media.ts'

/** Seconds of a processor. What would take more is refused: a server is no render farm. */
const maxTranscodeSeconds = 3600

/** Each job moves what is known of the speed by so much. */
const weight = 0.2

/** So many times slower or faster than expected a job may be as far as that goes. */
const maxSurprise = 4

/** What takes less says more of starting than of working. */
const minObservedMs = 2_000

/** Before somebody is refused it is measured again, but not more often than this. */
const measureAgainMs = 10 * 60_000

/** Pixels × frames a second: what the embedded engine does on a slow machine. */
const unmeasuredRate = 10e6

export type WorkRate = ReturnType<typeof createWorkRate>

/**
 * How much work this machine does in a second of a processor, however busy it is: measured by a short
 * encode when it is first asked for, corrected by each job that is done, and kept in the store for the
 * next start.
 */
export function createWorkRate({ store, media }: Pick<Context, 'store' | 'media'>) {
  const known = new Map<string, number>()
  let measuredAt = Number.NEGATIVE_INFINITY
  const learn = async (rate: number): Promise<number> => {
    known.set(media.engine, rate)
    await store.jobs.setRate(media.engine, rate)
    return rate
  }
  const measure = async (): Promise<number | null> => {
    measuredAt = performance.now()
    // An engine that is in trouble refuses nobody.
    return media.calibrate().catch(() => null)
  }
  const kept = async () => known.get(media.engine) ?? (await store.jobs.rate(media.engine))
  const rate = async (): Promise<number> => {
    const before = await kept()
    const now = before ?? (await measure())
    // Which engine it is may be known only now.
    const later = before ?? (await kept())
    if (later !== null) known.set(media.engine, later)
    return later ?? (now === null ? unmeasuredRate : learn(now))
  }
  /** The seconds of a transcode, counted anew if they are too many: jobs may have misled us. */
  const checked = async (inspection: Inspection): Promise<number> => {
    const { transcode } = await media.workOf(inspection)
    const before = await rate()
    const isLong = transcode / before > maxTranscodeSeconds
    if (!isLong || performance.now() - measuredAt < measureAgainMs) return transcode / before
    const now = await measure()
    return transcode / (now !== null && now > before ? await learn(now) : before)
  }
  /** Nobody waits for it, so nothing is measured. */
  const decoding = async (inspection: Inspection): Promise<number> =>
    (await media.workOf(inspection)).decode / ((await kept()) ?? unmeasuredRate)
  return {
    /** Seconds of a processor that a transcode is expected to take. */
    secondsFor: async (inspection: Inspection) =>
      (await media.workOf(inspection)).transcode / (await rate()),
    /** The same for a job of a copy; null if it takes too long. */
    async feasibleSecondsFor(inspection: Inspection, kind: 'check' | 'replace') {
      const seconds = kind === 'check' ? await decoding(inspection) : await checked(inspection)
      return seconds <= maxTranscodeSeconds ? seconds : null
    },
    /** The same as secondsFor. @throws AppError video_too_demanding */
    async assertFeasible(inspection: Inspection): Promise<number> {
      const seconds = await checked(inspection)
      if (seconds <= maxTranscodeSeconds) return seconds
      const minutes = Math.ceil(seconds / 60)
      throw new AppError('video_too_demanding', { minutes, max: maxTranscodeSeconds / 60 })
    },
    /** Learns from a transcode that took `cpuMs` of processors. */
    async observe(inspection: Inspection, cpuMs: number): Promise<void> {
      if (cpuMs < minObservedMs) return
      const before = await rate()
      const { transcode } = await media.workOf(inspection)
      const now = transcode / (cpuMs / 1000)
      // One file that is far harder, or easier, than any other says little of the next.
      const seen = Math.min(Math.max(now, before / maxSurprise), before * maxSurprise)
      await learn(before + (seen - before) * weight)
    },
  }
}
