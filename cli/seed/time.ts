import type { Random } from './random.ts'

/** Lengths of time in ms. */
export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

/** The whole millisecond that lies some time before `now`. */
export const ago = (now: number, time: number): number => now - Math.ceil(time)

/** From 0 to 1, more often near 0. */
export const skewed = (random: Random): number => random.next() ** 2
