// biome-ignore-all lint/style/noNonNullAssertion: every index comes from the length of its array.
import type { Random } from './random.ts'
import { drawer, sampler, share, type Weights, zipf } from './spread.ts'
import { ago, day, minute, skewed } from './time.ts'
import { inventName, inventSignature } from './words/people.ts'
import { inventRemark, inventTitle } from './words/works.ts'

/** The ids of a world, and who and what in it draws more attention than others. */
export interface Cast {
  readonly now: number
  readonly users: readonly number[]
  /** How likely somebody is followed. */
  readonly fame: Weights
  /** How likely somebody does something. */
  readonly zeal: Weights
}

export interface Work {
  readonly id: number
  readonly publishedAt: number
}

/** Who is known and who is busy; the first user is among the best known. */
export function castOf(users: readonly number[], now: number, random: Random): Cast {
  const fame = zipf(users.length, 0.9, random, 3)
  const zeal = zipf(users.length, 0.6, random, 4)
  return { now, users, fame, zeal }
}

/** The first user of the world of a seed: a name that a person can remember to log in with. */
export const firstName = (seed: number): string => (seed === 1 ? 'demo' : `demo${seed}`)

/** The users of a world, who came before its first video. */
export function* people(
  amount: number,
  options: { seed: number; now: number; passwordHash: string },
  random: Random,
) {
  const { seed, now, passwordHash } = options
  for (let at = 0; at < amount; at++) {
    yield {
      name: at === 0 ? firstName(seed) : inventName(random),
      signature: at === 0 ? '一个可以随便登录的账号' : inventSignature(random),
      passwordHash,
      createdAt: ago(now, 31 * day + random.next() * 29 * day),
      lastSeenAt: ago(now, skewed(random) * 3 * day),
    }
  }
}

/** Videos of the last month, oldest first, more of them in the last days. */
export function* videos(
  amount: number,
  media: readonly { id: number; titles: readonly string[] }[],
  { now, users, zeal }: Cast,
  random: Random,
) {
  const author = sampler(zeal, random)
  for (let at = 0; at < amount; at++) {
    const left = 1 - (at + random.next()) / amount
    // In turn, from the newest on: no two alike follow each other in the feed.
    const { id, titles } = media[(amount - 1 - at) % media.length]!
    yield {
      authorId: users[author()]!,
      mediaId: id,
      title: inventTitle(titles, random),
      publishedAt: ago(now, minute + 30 * day * (0.15 * left + 0.85 * left ** 2)),
    }
  }
}

/** Likes user by user, which keeps the pages of the index together that are being written. */
export function* likes(
  total: number,
  { now, users, zeal }: Cast,
  works: readonly Work[],
  appeal: Weights,
  random: Random,
) {
  const draw = drawer(appeal, random)
  for (const [at, amount] of share(total, zeal, works.length).entries()) {
    for (const drawn of draw(amount)) {
      const { id, publishedAt } = works[drawn]!
      yield { userId: users[at]!, videoId: id, createdAt: after(publishedAt, now, random) }
    }
  }
}

/** Comments video by video, each video's in the order of their times. */
export function* comments(
  total: number,
  { now, users, zeal }: Cast,
  works: readonly Work[],
  appeal: Weights,
  random: Random,
) {
  const author = sampler(zeal, random)
  for (const [at, amount] of share(total, appeal).entries()) {
    const { id, publishedAt } = works[at]!
    const times = Array.from({ length: amount }, () => after(publishedAt, now, random))
    for (const createdAt of times.sort((a, b) => a - b)) {
      yield { userId: users[author()]!, videoId: id, content: inventRemark(random), createdAt }
    }
  }
}

/**
 * How often each video was watched: by everybody who liked it or said something, and by several more
 * who did nothing.
 */
export function* views(
  reactions: ReadonlyMap<number, number>,
  random: Random,
): Generator<[videoId: number, times: number]> {
  for (const [videoId, amount] of reactions)
    yield [videoId, amount * (3 + random.below(8)) + random.below(9)]
}

/** Follows user by user. */
export function* follows(total: number, { now, users, fame, zeal }: Cast, random: Random) {
  const draw = drawer(fame, random)
  for (const [at, amount] of share(total, zeal, users.length - 1).entries()) {
    if (amount === 0) continue
    // One more than needed, because one of them may be the user.
    const others = draw(amount + 1).filter((other) => other !== at)
    for (const other of others.slice(0, amount)) {
      const createdAt = ago(now, random.next() * 30 * day)
      yield { userId: users[at]!, toUserId: users[other]!, createdAt }
    }
  }
}

/** Soon after a moment more often than long after it. */
const after = (moment: number, now: number, random: Random): number =>
  moment + Math.floor((now - moment) * skewed(random))
