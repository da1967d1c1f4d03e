import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import type { Store } from '../../src/store/store.ts'
import { type MakeStore, newUsers, outcome, pages, publish } from './harness.ts'

const people = 4

/** One thing that somebody does; numbers choose whom or what it concerns. */
type Step =
  | { readonly do: 'publish'; readonly by: number }
  | { readonly do: 'remove'; readonly video: number }
  | { readonly do: 'like' | 'unlike' | 'comment'; readonly by: number; readonly video: number }
  | { readonly do: 'follow' | 'unfollow'; readonly by: number; readonly whom: number }
  | { readonly do: 'uncomment'; readonly by: number; readonly comment: number }

const by = fc.nat(people - 1)
const index = fc.nat(5)
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('publish' as const), by }),
  fc.record({ do: fc.constant('remove' as const), video: index }),
  {
    arbitrary: fc.record({ do: fc.constantFrom('like', 'unlike', 'comment'), by, video: index }),
    weight: 5,
  },
  { arbitrary: fc.record({ do: fc.constantFrom('follow', 'unfollow'), by, whom: by }), weight: 3 },
  fc.record({ do: fc.constant('uncomment' as const), by, comment: index }),
)

/** What should be there, in the plainest form. */
interface Model {
  readonly users: number[]
  readonly videos: Map<number, { author: number }>
  readonly likes: Set<string>
  readonly follows: Set<string>
  readonly comments: Map<number, { user: number; video: number }>
}

/** Starts a step on the store and says how it must end; the model is changed at once. */
function take(store: Store, model: Model, one: Step, known: Known): Promise<string> | null {
  const user = 'by' in one ? model.users[one.by]! : 0
  const video = 'video' in one ? known.videos[one.video % known.videos.length] : undefined
  const there = video !== undefined && model.videos.has(video)
  const expected = (code: string, promise: Promise<unknown>) =>
    outcome(promise).then((end) => (end === code ? 'ok' : `${JSON.stringify(one)}: ${end}`))
  switch (one.do) {
    case 'publish':
      return expected(
        'done',
        publish(store, user).then((clip) => model.videos.set(clip.video.id, { author: user })),
      )
    case 'remove': {
      if (video === undefined) return null
      model.videos.delete(video)
      for (const like of model.likes) if (like.endsWith(`:${video}`)) model.likes.delete(like)
      for (const [id, comment] of model.comments) {
        if (comment.video === video) model.comments.delete(id)
      }
      return expected(there ? 'done' : 'video_not_found', store.videos.remove(video))
    }
    case 'like':
    case 'unlike': {
      if (video === undefined) return null
      if (there && one.do === 'like') model.likes.add(`${user}:${video}`)
      if (one.do === 'unlike') model.likes.delete(`${user}:${video}`)
      const set = store.favorites.set(user, video, one.do === 'like')
      return expected(there ? 'done' : 'video_not_found', set)
    }
    case 'comment': {
      if (video === undefined) return null
      const create = store.comments.create({ userId: user, videoId: video, content: 'x' })
      return expected(
        there ? 'done' : 'video_not_found',
        create.then(({ id }) => {
          // A removal that was started after it has taken it along.
          if (model.videos.has(video)) model.comments.set(id, { user, video })
        }),
      )
    }
    case 'follow':
    case 'unfollow': {
      const whom = model.users[one.whom]!
      if (one.do === 'follow') model.follows.add(`${user}:${whom}`)
      else model.follows.delete(`${user}:${whom}`)
      return expected('done', store.relations.set(user, whom, one.do === 'follow'))
    }
    case 'uncomment': {
      const commentId = known.comments[one.comment % known.comments.length]
      if (commentId === undefined) return null
      const comment = model.comments.get(commentId)
      const own = comment?.user === user || model.videos.get(comment?.video ?? 0)?.author === user
      if (own) model.comments.delete(commentId)
      const videoId = comment?.video ?? 1
      const remove = store.comments.remove({ userId: user, videoId, commentId })
      return expected(own ? 'done' : comment ? 'forbidden' : 'comment_not_found', remove)
    }
  }
}

/** Videos and comments that a burst may name: those known when it starts. */
interface Known {
  readonly videos: readonly number[]
  readonly comments: readonly number[]
}

/** What the store shows and what the model says it should, in the same form. */
async function compare(store: Store, model: Model): Promise<void> {
  const of = (set: Set<string>, side: 0 | 1, id: number) =>
    [...set].filter((pair) => Number(pair.split(':')[side]) === id)
  const other = (pair: string, side: 0 | 1) => Number(pair.split(':')[1 - side])
  const ids = (list: number[]) => list.toSorted((a, b) => a - b)
  for (const id of model.users) {
    const works = [...model.videos]
      .filter(([, { author }]) => author === id)
      .map(([video]) => video)
    const { followCount, followerCount, workCount, favoriteCount, totalFavorited } =
      (await store.users.byId(id))!
    expect({ followCount, followerCount, workCount, favoriteCount, totalFavorited }).toEqual({
      followCount: of(model.follows, 0, id).length,
      followerCount: of(model.follows, 1, id).length,
      workCount: works.length,
      favoriteCount: of(model.likes, 0, id).length,
      totalFavorited: works.reduce((sum, video) => sum + of(model.likes, 1, video).length, 0),
    })
    const { relations, favorites, videos } = store
    expect({
      following: ids((await pages((p) => relations.following(id, p), 2)).map((one) => one.id)),
      followers: ids((await pages((p) => relations.followers(id, p), 2)).map((one) => one.id)),
      likes: ids((await pages((p) => favorites.ofUser(id, p), 2)).map((one) => one.video.id)),
      works: ids((await pages((p) => videos.byAuthor(id, true, p), 2)).map((one) => one.video.id)),
    }).toEqual({
      following: ids(of(model.follows, 0, id).map((pair) => other(pair, 0))),
      followers: ids(of(model.follows, 1, id).map((pair) => other(pair, 1))),
      likes: ids(of(model.likes, 0, id).map((pair) => other(pair, 0))),
      works: ids(works),
    })
  }
  for (const id of model.videos.keys()) {
    const { favoriteCount, commentCount } = (await store.videos.byId(id))!.video
    const comments = [...model.comments].filter(([, { video }]) => video === id)
    expect({ favoriteCount, commentCount }).toEqual({
      favoriteCount: of(model.likes, 1, id).length,
      commentCount: comments.length,
    })
    const listed = await pages((page) => store.comments.ofVideo(id, page), 2)
    expect(ids(listed.map((comment) => comment.id))).toEqual(ids(comments.map(([at]) => at)))
  }
  const feed = await store.videos.feed(Number.MAX_SAFE_INTEGER, 100)
  expect(feed.map(({ video }) => video.id)).toEqual(ids([...model.videos.keys()]).toReversed())
}

export function modelSuite(make: MakeStore): void {
  describe('model', () => {
    test('after any sequence, also of steps taken at once, counts and lists are what they should be', async () => {
      const bursts = fc.array(fc.array(step, { minLength: 1, maxLength: 8 }), { maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(bursts, async (sequence) => {
          const { store, close } = await make()
          try {
            const users = (await newUsers(store, people)).map((user) => user.id)
            const model: Model = {
              users,
              videos: new Map(),
              likes: new Set(),
              follows: new Set(),
              comments: new Map(),
            }
            for (const burst of sequence) {
              const known = {
                videos: [...model.videos.keys()],
                comments: [...model.comments.keys()],
              }
              const ends = await Promise.all(burst.map((one) => take(store, model, one, known)))
              expect(ends.filter((end) => end !== null && end !== 'ok')).toEqual([])
              // After each, since an engine may keep what it answered.
              await compare(store, model)
            }
          } finally {
            await close()
          }
        }),
        { numRuns: 30 },
      )
    })
  })
}
