// biome-ignore-all lint/style/noNonNullAssertion: every index comes from the length of its array.
import type { Message } from '../../src/store/message.ts'
import type { Random } from './random.ts'
import { share, zipf } from './spread.ts'
import { ago, day, hour, minute, second, skewed } from './time.ts'
import { shuffledTalks } from './words/talks.ts'

type Line = Omit<Message, 'id'>
type Pair = readonly [number, number]

/** On average. */
const messagesPerTalk = 12

/**
 * Conversations between followers and followed, so that they stand in friend lists. One after the
 * other, which writes fast, in the order of their newest messages: lists go by the ids of those.
 */
export function talks(
  total: number,
  { now, users, follows }: { now: number; users: readonly number[]; follows: readonly Pair[] },
  random: Random,
): Line[] {
  const pairs = choosePairs(Math.ceil(total / messagesPerTalk), users, follows, random)
  const amounts = share(total, zipf(pairs.length, 0.5, random)).filter((amount) => amount > 0)
  const written = amounts.map((amount, at) => talk(pairs[at]!, amount, now, random))
  return written.sort((a, b) => a.at(-1)!.createdAt - b.at(-1)!.createdAt).flat()
}

/** Different pairs of people who know each other; of any two, if nobody follows anybody. */
function choosePairs(
  amount: number,
  users: readonly number[],
  follows: readonly Pair[],
  random: Random,
): Pair[] {
  const known = follows.length > 0 ? random.shuffle([...follows]) : everybodyWithNext(users)
  const seen = new Set<string>()
  const pairs: Pair[] = []
  for (const pair of known) {
    if (pairs.length === amount) break
    const key = `${Math.min(...pair)}-${Math.max(...pair)}`
    if (seen.has(key)) continue
    seen.add(key)
    pairs.push(pair)
  }
  return pairs
}

const everybodyWithNext = (users: readonly number[]): Pair[] =>
  users.slice(1).map((user, at) => [users[at]!, user])

/** Written backwards from its newest line: minutes within a talk, hours or days between two. */
function talk([one, other]: Pair, amount: number, now: number, random: Random): Line[] {
  const oldest = now - 30 * day
  const lines: Line[] = []
  let left: (readonly string[])[] = []
  let at = ago(now, 2 * minute + skewed(random) * 8 * day)
  while (lines.length < amount) {
    if (left.length === 0) left = shuffledTalks(random)
    const words = left.pop()!.slice(0, amount - lines.length)
    const opener = random.chance(0.5) ? 0 : 1
    for (let turn = words.length - 1; turn >= 0; turn--) {
      const mine = turn % 2 === opener
      lines.push({
        fromUserId: mine ? one : other,
        toUserId: mine ? other : one,
        content: words[turn]!,
        createdAt: at,
      })
      at -= 5 * second + random.below(90 * second)
    }
    // A long conversation is a dense one: it doesn't reach back to before its people came.
    const pause = hour + random.next() * 2 * day
    at -= Math.ceil(Math.min(pause, Math.max(0, at - oldest) / 8))
  }
  return lines.reverse()
}
