import type { Engine } from './engine.ts'

/**
 * Answers a moment for something that becomes visible now: the time, or one millisecond after the
 * newest if that was taken already, so that no two videos ever share one.
 */
export function momentOf({ raw, now }: Pick<Engine, 'raw' | 'now'>): () => number {
  const newest = raw.prepare<{ at: number | null }, []>(
    'SELECT max(published_at) AS at FROM videos',
  )
  return () => Math.max(now(), (newest.get()?.at ?? 0) + 1)
}
