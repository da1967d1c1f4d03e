import { signal } from '../lib/signals.ts'

/** How many notices came since one looked at them. */
export const unreadNotices = signal(0)

/** Grows when there may be other notices than before. */
export const changes = signal(0)
/** Whether the notices themselves are on the screen. */
export const shown = signal(false)
