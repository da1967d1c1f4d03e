// biome-ignore-all lint/style/noNonNullAssertion: every index comes from the length of its array.
import type { Random } from './random.ts'

/** What each of many things weighs, by its index. */
export type Weights = Float64Array

/**
 * Long-tailed weights in random order: the one of rank r weighs 1 / r^slope (Zipf's law).
 * @param first a rank, counted from 1, that index 0 is to have
 */
export function zipf(length: number, slope: number, random: Random, first?: number): Weights {
  const ranks = random.shuffle(Uint32Array.from({ length }, (_, at) => at + 1))
  if (first !== undefined && length >= first) {
    ranks[ranks.indexOf(first)] = ranks[0]!
    ranks[0] = first
  }
  return Float64Array.from(ranks, (rank) => rank ** -slope)
}

/**
 * Divides a total into whole shares by weight, none above `cap` (largest remainders). They add up to
 * the total, or to as much as the caps admit.
 */
export function share(total: number, weights: Weights, cap = Number.MAX_SAFE_INTEGER): number[] {
  const shares = Array.from(weights, () => 0)
  let left = Math.min(total, cap * weights.length)
  const give = (at: number, amount: number) => {
    const given = Math.min(amount, cap - shares[at]!, left)
    shares[at]! += given
    left -= given
  }
  while (left > 0) {
    const open = shares.flatMap((amount, at) => (amount < cap ? at : []))
    const sum = open.reduce((all, at) => all + weights[at]!, 0)
    const round = left
    const wanted = open.map((at) => ({ at, exact: (round * weights[at]!) / sum }))
    for (const { at, exact } of wanted) give(at, Math.floor(exact))
    // More than that left means that caps were met: the others share it in another round.
    if (left > wanted.length) continue
    wanted.sort((a, b) => (b.exact % 1) - (a.exact % 1) || a.at - b.at)
    for (const { at } of wanted) give(at, 1)
  }
  return shares
}

/** Draws indexes by weight: the one in whose part of the sum of all weights a random point lies. */
export function sampler(weights: Weights, random: Random): () => number {
  const ends = new Float64Array(weights.length)
  for (const [at, weight] of weights.entries()) ends[at] = (ends[at - 1] ?? 0) + weight
  const sum = ends.at(-1) ?? 0
  return () => {
    const point = random.next() * sum
    let first = 0
    let last = ends.length - 1
    while (first < last) {
      const middle = (first + last) >> 1
      if (ends[middle]! > point) last = middle
      else first = middle + 1
    }
    return first
  }
}

/** Draws several different indexes by weight; no more than there are. */
export function drawer(weights: Weights, random: Random): (amount: number) => number[] {
  const draw = sampler(weights, random)
  return (amount) => {
    const drawn = new Set<number>()
    while (drawn.size < amount) drawn.add(draw())
    return [...drawn]
  }
}
