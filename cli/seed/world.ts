import type { Context } from '../../src/context.ts'
import { hashPassword } from '../../src/user/login/password.ts'
import { Failure } from '../lib/failure.ts'
import type { Progress } from '../lib/progress.ts'
import {
  castOf,
  comments,
  firstName,
  follows,
  likes,
  people,
  videos,
  views,
  type Work,
} from './crowd.ts'
import { storeClips } from './gallery.ts'
import { completeSize, type WorldSize } from './plan.ts'
import { createRandom } from './random.ts'
import { zipf } from './spread.ts'
import { talks } from './talks.ts'
import { writeAll } from './write.ts'

/** The password of every seeded user. */
export const seedPassword = 'douyin123'

/**
 * Adds a made-up world to a store: people, their videos, likes, comments, follows and talks. The
 * same seed gives the same world, at times counted back from now. It is written in short commits,
 * each with its counts, so a server beside it goes on and never shows a wrong count.
 * What is left out of the size comes in proportion. Returns what was made, and whom to log in as.
 * @throws Failure if the world of this seed is there already
 */
export async function seedWorld(
  ports: Pick<Context, 'store' | 'blobs'>,
  { seed, size: wanted }: { seed: number; size: Partial<WorldSize> },
  progress: Progress,
): Promise<WorldSize & { login: string }> {
  const { seeding, users, videos: videosOf } = ports.store
  const login = firstName(seed)
  if (await users.byName(login)) {
    const more = `--seed ${seed + 1} adds another`
    throw new Failure(`The world of seed ${seed} is there already (user '${login}'); ${more}.`)
  }
  const size = completeSize(wanted)
  const random = (purpose: string) => createRandom(seed, purpose)

  // The clips come first because they take longest: Ctrl-C meanwhile leaves no half a world.
  const clips = await storeClips(ports, size.clips, progress)
  const now = Date.now()
  const passwordHash = await hashPassword(seedPassword)
  const crew = people(size.users, { seed, now, passwordHash }, random('people'))
  const ids = (await writeAll(progress, 'users', size.users, crew, seeding.users)).flat()
  const cast = castOf(ids, now, random('cast'))

  const works: Work[] = []
  const clipsOfAll = videos(size.videos, clips, cast, random('videos'))
  await writeAll(progress, 'videos', size.videos, clipsOfAll, async (rows) => {
    const added = await seeding.videos(rows)
    for (const [at, { publishedAt }] of rows.entries()) {
      const id = added[at]
      if (id !== undefined) works.push({ id, publishedAt })
    }
  })
  const appeal = zipf(works.length, 0.8, random('appeal'))
  const reactions = new Map(works.map(({ id }) => [id, 0]))
  const tallied = <R extends { videoId: number }>(rows: readonly R[]): readonly R[] => {
    for (const { videoId } of rows) reactions.set(videoId, (reactions.get(videoId) ?? 0) + 1)
    return rows
  }
  const liked = likes(size.likes, cast, works, appeal, random('likes'))
  await writeAll(progress, 'likes', size.likes, liked, (rows) => seeding.favorites(tallied(rows)))
  const said = comments(size.comments, cast, works, appeal, random('comments'))
  await writeAll(progress, 'comments', size.comments, said, (rows) =>
    seeding.comments(tallied(rows)),
  )
  const watched = views(reactions, random('views'))
  await writeAll(progress, 'views', works.length, watched, (rows) => videosOf.viewed(new Map(rows)))

  const known: [number, number][] = []
  const followed = follows(size.follows, cast, random('follows'))
  await writeAll(progress, 'follows', size.follows, followed, (rows) => {
    for (const { userId, toUserId } of rows) known.push([userId, toUserId])
    return seeding.follows(rows)
  })
  const lines = talks(size.messages, { now, users: ids, follows: known }, random('talks'))
  await writeAll(progress, 'messages', lines.length, lines, seeding.messages)
  return { ...size, login }
}
