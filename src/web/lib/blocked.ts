import { signal } from './signals.ts'
import { recall, remember } from './storage.ts'

/** Whom the viewer has blocked, by id; this browser remembers them, so that none is shown at first. */
export const blocked = signal<ReadonlySet<number>>(
  new Set(recall('blocked')?.split(',').map(Number)),
)

/** Takes what is known of it now. */
export function setBlocked(ids: ReadonlySet<number>): void {
  blocked.value = ids
  remember('blocked', ids.size > 0 ? [...ids].join() : null)
}
