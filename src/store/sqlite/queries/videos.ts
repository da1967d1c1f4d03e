import { and, eq, isNotNull, isNull, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import { lazily } from '../../../lib/lazily.ts'
import type { Change } from '../../cache/change.ts'
import type { Page } from '../../page.ts'
import type { Clip, Videos } from '../../video.ts'
import { type Written, written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import { params, setParams } from '../engine/params.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { users, videoCounts, videos } from '../engine/schema.ts'
import { assertOwn, createVideoRemoval } from '../removal/remove-video.ts'
import { createSeen } from './account/seen.ts'
import { createFollowedVideos } from './following.ts'
import { createMediaQueries, isPlayable } from './media/media.ts'
import { createWorkQueries } from './media/works.ts'
import { createPublishTime } from './publish-time.ts'
import { matchOf, matchOfTag } from './search/grams.ts'
import { createSearch, createTitleIndex, type Found } from './search/search.ts'

const p = sql.placeholder

/** Pages of the feed of whom one follows that are looked through for a work of somebody who stays. */
const maxFollowedPages = 20

/** The queries of port `Videos`. */
export function createVideos(engine: QueryContext): Videos {
  const { db, commit, commitAlone, caches, now } = engine
  const media = createMediaQueries(engine)
  const works = createWorkQueries(db)
  const nextPublishTime = createPublishTime(engine)
  const later = lazily({ removal: () => createVideoRemoval(db) })
  const author = db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.id, p('id')), isNull(users.removingAt)))
    .prepare()
  const isVideo = eq(videos.id, p('id'))
  const { authorId, publishedAt } = videos
  const own = db
    .select({ authorId, publishedAt })
    .from(videos)
    .where(and(isVideo, isNull(videos.removingAt)))
    .prepare()
  const setTitle = db.update(videos).set(setParams('title')).where(isVideo).prepare()
  const insert = createVideoInsert(db)
  const seen = createSeen(db)
  const followed = createFollowedVideos(db)
  const addTimes = db
    .update(videoCounts)
    .set({ playCount: sql`${videoCounts.playCount} + ${p('times')}` })
    .where(eq(videoCounts.videoId, p('videoId')))
    .returning({ videoId: videoCounts.videoId })
    .prepare()
  const addViews = ([videoId, times]: [number, number]): Change[] =>
    addTimes.all({ videoId, times }).map(() => ({ type: 'viewed', videoId, times }))
  const index = createTitleIndex(db)
  const search = createSearch(db, 'video')
  const finishRemoval = async (id: number): Promise<readonly string[]> => {
    for (;;) {
      const { done, blobs } = await commitAlone(() => later.removal.removeSome(id))
      if (done) return blobs
    }
  }
  const clipsOf = async ({ ids, next }: Found): Promise<Page<Clip>> => ({
    items: await caches.records.clips(ids),
    next,
  })

  return {
    mediaOf: async (sourceHash) => media.of(sourceHash),

    async publish({ authorId, title, media: given, lost, quota }) {
      const id = await commitAlone(() => {
        if (!author.get({ id: authorId })) throw new AppError('user_not_found')
        const { kept, changes } = media.keep(given, authorId, lost)
        const first = media.secondTap(authorId, kept.id, title)
        if (first !== null) return written(first, ...changes)
        media.assertWithin(quota, authorId, kept)
        const publishedAt = isPlayable(kept) ? nextPublishTime() : null
        const video = { authorId, mediaId: kept.id, title, createdAt: now(), publishedAt }
        const { result, changes: own } = insert(video)
        return written(result, ...changes, ...own, seen(authorId, video.createdAt))
      })
      const clip = await caches.records.clip(id)
      // The author was removed meanwhile, and with them what was published just now.
      if (!clip) throw new AppError('user_not_found')
      return clip
    },

    byId: async (id) => caches.records.clip(id),

    feed: (until, limit) => caches.feed.page(until, limit),

    async followed(userId, until, limit) {
      let shown: readonly Clip[] = []
      for (let before = until, pages = 0; shown.length === 0 && pages < maxFollowedPages; pages++) {
        const found = await followed(userId, before, limit)
        shown = await caches.records.clips(found.map(({ id }) => id))
        before = (found.at(-1)?.at ?? 0) - 1
        if (found.length < limit) break
      }
      return shown
    },

    byAuthor: (authorId, hidden, page) =>
      caches.lists[hidden ? 'ownWorks' : 'works'].page(authorId, page),

    search: async (keyword, page) => clipsOf(await search(matchOf(keyword), page)),
    tagged: async (tag, page) => clipsOf(await search(matchOfTag(tag), page)),

    async list({ limit, state }) {
      const rows = works.newest(state, limit)
      const found = await caches.records.clips(rows.map((row) => row.videoId))
      const clips = new Map(found.map((clip) => [clip.video.id, clip]))
      return rows.flatMap((row) => {
        const clip = clips.get(row.videoId)
        return clip ? { ...clip, media: row.media, job: row.job } : []
      })
    },

    async show(id) {
      const clip = await caches.records.clip(id)
      const found = works.ofVideo(id)
      return clip && found ? { ...clip, media: found.media, job: found.job } : null
    },

    async remove(id, authorId) {
      const { done, blobs } = await commitAlone(() => later.removal.begin(id, now(), authorId))
      return done ? blobs : finishRemoval(id)
    },
    async removals() {
      const { id, removingAt } = videos
      const begun = db.select({ id }).from(videos).where(isNotNull(removingAt)).orderBy(id)
      return begun.all().map(({ id }) => id)
    },
    finishRemoval,

    viewed: (times) => commit(() => written(undefined, ...[...times].flatMap(addViews))),

    retitle: ({ id, authorId, title }) =>
      commit(() => {
        const video = own.get({ id })
        if (!video) throw new AppError('video_not_found')
        assertOwn(video, authorId)
        setTitle.run({ id, title })
        index(id, title)
        return written(undefined, { type: 'video', id })
      }),

    ownedAmong: async (names) => media.ownedAmong(names),
    mediaAfter: async (afterId, limit) => media.after(afterId, limit),
  }
}

/** Stores a video with all counts at zero, within a commit; its result is the id. */
export function createVideoInsert(
  db: Handle,
): (video: Omit<typeof videos.$inferSelect, 'id' | 'removingAt'>) => Written<number> {
  const insert = db
    .insert(videos)
    .values(params('authorId', 'mediaId', 'title', 'createdAt', 'publishedAt'))
    .returning({ videoId: videos.id })
    .prepare()
  const insertCounts = db.insert(videoCounts).values(params('videoId')).prepare()
  const index = createTitleIndex(db)
  return (video) => {
    const row = insert.get(video)
    insertCounts.run(row)
    index(row.videoId, video.title)
    const { authorId, publishedAt } = video
    return written(row.videoId, { type: 'published', ...row, authorId, publishedAt })
  }
}
