// biome-ignore-all lint/style/noNonNullAssertion: every index comes from the length of its array.
/** A stream of numbers that one seed decides. */
export interface Random {
  /** From 0 up to, but not, 1. */
  next(): number
  /** A whole number from 0 up to, but not, `limit`. */
  below(limit: number): number
  pick<T>(list: readonly T[]): T
  chance(probability: number): boolean
  /** Shuffles in place (Fisher and Yates). */
  shuffle<T extends { length: number; [at: number]: unknown }>(list: T): T
}

/**
 * The stream of a seed and a purpose. Each purpose has its own, so that more likes don't change the
 * users. sfc32 by Chris Doty-Humphrey (PractRand): small, fast, passes its author's tests.
 */
export function createRandom(seed: number, purpose: string): Random {
  const state = new Uint32Array(
    new Bun.CryptoHasher('sha256').update(`${seed}/${purpose}`).digest().buffer,
  )
  let [a = 0, b = 0, c = 0, counter = 0] = state
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    next,
    below,
    pick: (list) => list[below(list.length)]!,
    chance: (probability) => next() < probability,
    shuffle(list) {
      for (let last = list.length - 1; last > 0; last--) {
        const other = below(last + 1)
        const kept = list[last]!
        list[last] = list[other]!
        list[other] = kept
      }
      return list
    },
  }
}
