import { computed, signal } from '../lib/signals.ts'

/** How many messages of each person came since one looked, by their id. */
export const unread = signal<Readonly<Record<number, number>>>({})
export const unreadTotal = computed(() => Object.values(unread.value).reduce((a, b) => a + b, 0))
