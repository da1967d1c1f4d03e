import { memoizePair } from '../../lib/memoize.ts'
import type { User } from '../user.ts'
import type { Clip, Video } from '../video.ts'
import type { Loaders } from './loaders.ts'
import { createRecordCache } from './record-cache.ts'

/**
 * Records kept in memory: with all JSON made of one, a user is 1.3 KB and a video 0.9 KB. So many
 * characters of a signature or title count as one record more.
 */
const capacity = { users: 40_000, videos: 120_000 }
const charactersOfRecord = 80

const weightOf = (text: string): number => 1 + Math.floor(text.length / charactersOfRecord)

export type Records = ReturnType<typeof createRecords>

/** The users and videos last used, and one object for a video together with its author. */
export function createRecords(loaders: Pick<Loaders, 'users' | 'videos'>) {
  const users = createRecordCache<User>(capacity.users, loaders.users, ({ signature }) =>
    weightOf(signature),
  )
  const videos = createRecordCache<Video>(capacity.videos, loaders.videos, ({ title }) =>
    weightOf(title),
  )
  const clipOf = memoizePair((video: Video, author: User): Clip => ({ video, author }))
  let version = 0

  const clipsInMemory = (ids: readonly number[]): Clip[] | null => {
    const found = videos.inMemory(ids)
    const authors = found && users.inMemory(found.map(({ authorId }) => authorId))
    return authors && found.map((video, at) => clipOf(video, authors[at] as User))
  }

  const loadClips = async (ids: readonly number[]): Promise<readonly Clip[]> => {
    const found = await videos.getMany(ids)
    const authorIds = new Set(found.map(({ authorId }) => authorId))
    const authors = new Map((await users.getMany([...authorIds])).map((user) => [user.id, user]))
    return found.flatMap((video) => {
      const author = authors.get(video.authorId)
      return author ? clipOf(video, author) : []
    })
  }

  const clips = (ids: readonly number[]) => clipsInMemory(ids) ?? loadClips(ids)

  return {
    /** Another number whenever any record may have changed. */
    get version() {
      return version
    },
    user: users.get,
    users: users.getMany,
    video: videos.get,
    clip: (id: number) =>
      clipsInMemory([id])?.[0] ?? loadClips([id]).then(([clip]) => clip ?? null),
    clips,
    forgetUser(id: number) {
      version++
      users.forget(id)
    },
    forgetVideo(id: number) {
      version++
      videos.forget(id)
    },
    countUser(id: number, change: Parameters<typeof users.count>[1]) {
      version++
      users.count(id, change)
    },
    countVideo(id: number, change: Parameters<typeof videos.count>[1]) {
      version++
      videos.count(id, change)
    },
    clear() {
      version++
      users.clear()
      videos.clear()
    },
  }
}
