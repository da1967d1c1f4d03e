import type { Random } from './random.ts'
import { ago, day, skewed } from './time.ts'
import { inventName, inventSignature } from './words/people.ts'

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
