import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import type { Inspection } from '../../media/media.ts'

/** What would take longer is refused: a server is no render farm. */
const maxTranscodeSeconds = 3600

/** Each job moves what is known of the speed by so much. */
const weight = 0.2

/** What ends sooner says more of starting than of working. */
const minObservedMs = 2_000

/** Pixels × frames a second: what the embedded engine does on a slow machine. */
const unmeasuredRate = 10e6

export type Pace = ReturnType<typeof createPace>

/**
 * How fast this machine is: measured by a short encode when it is first asked for, corrected by each
 * job that is done, and kept in the store for the next start.
 */
export function createPace({ store, media }: Pick<Context, 'store' | 'media'>) {
  const known = new Map<string, number>()
  const measure = async (): Promise<number> => {
    // Which engine it is may be known only now.
    const measured = await media.calibrate()
    const kept = await store.jobs.rate(media.engine)
    if (kept !== null) return kept
    await store.jobs.setRate(media.engine, measured)
    return measured
  }
  const kept = async () => known.get(media.engine) ?? (await store.jobs.rate(media.engine))
  const rate = async (): Promise<number> => {
    const now = (await kept()) ?? (await measure())
    known.set(media.engine, now)
    return now
  }
  return {
    /** Seconds that a transcode is expected to take. */
    secondsFor: async (inspection: Inspection) =>
      (await media.workOf(inspection)).transcode / (await rate()),
    /** Seconds that decoding a file is expected to take; nobody waits for it, so nothing is measured. */
    checkSecondsFor: async (inspection: Inspection) =>
      (await media.workOf(inspection)).decode / ((await kept()) ?? unmeasuredRate),
    isFeasible: (seconds: number): boolean => seconds <= maxTranscodeSeconds,
    /** @throws AppError video_too_demanding */
    assertFeasible(seconds: number): void {
      if (seconds <= maxTranscodeSeconds) return
      const [needed, max] = [seconds, maxTranscodeSeconds].map((s) => Math.ceil(s / 60))
      throw new AppError('video_too_demanding', { minutes: needed ?? 0, max: max ?? 0 })
    },
    /** Learns from a transcode that took `ms`. */
    async observe(inspection: Inspection, ms: number): Promise<void> {
      if (ms < minObservedMs) return
      const before = await rate()
      const now = (await media.workOf(inspection)).transcode / (ms / 1000)
      const moved = before + (now - before) * weight
      known.set(media.engine, moved)
      await store.jobs.setRate(media.engine, moved)
    },
  }
}
