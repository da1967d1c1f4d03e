import { describe, expect, test } from 'bun:test'
import {
  type MakeStore,
  newMedia,
  newUsers,
  outcome,
  publish,
  rendition,
  twoJobs,
  withStore,
} from './harness.ts'

export function mediaSuite(make: MakeStore): void {
  describe('media', () => {
    test(
      'that failed is all that it is given anew, and ready shows its earlier works',
      withStore(make, async (store) => {
        const { author, other, media, clips } = await twoJobs(store)
        const job = (await store.jobs.claim())!
        await store.jobs.fail(job, 'internal')
        const { job: _, ...rest } = media[0]
        const ready = { ...rest, ...rendition, codec: 'h264', source: null }
        const last = await publish(store, other, { ...ready, job: null })
        expect(await store.videos.mediaOf(ready.sourceHash)).toMatchObject({
          ...ready,
          state: 'ready',
          failure: null,
        })
        const feed = await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)
        const shown = [last, clips[2], clips[0]].map(({ video }) => video.id)
        expect(feed.map(({ video }) => video.id)).toEqual(shown)
        expect(await store.users.byId(author)).toMatchObject({ workCount: 1 })
        expect(await store.users.byId(other)).toMatchObject({ workCount: 2 })
      }),
    )

    // The upload is a second tap, yet everybody else may see the first one only because of it.
    for (const isReady of [true, false]) {
      test(
        `that failed and is sent again at once shows as ${isReady ? 'ready' : 'waiting'}, in counts too`,
        withStore(make, async (store) => {
          const [author] = await newUsers(store, 1)
          const work = { authorId: author!.id, title: 'the same', quota: 0 }
          const media = newMedia(true)
          const before = await store.videos.publish({ ...work, media })
          await store.jobs.fail((await store.jobs.claim())!, 'video_damaged')
          expect((await store.videos.byId(before.video.id))?.video.state).toBe('failed')
          const again = { ...newMedia(!isReady), sourceHash: media.sourceHash }
          const { video } = await store.videos.publish({ ...work, media: again })
          const shown = { state: isReady ? 'ready' : 'queued', video: again.video, failure: null }
          expect(video).toMatchObject({ id: before.video.id, ...shown })
          const seen = isReady ? [video.id] : []
          const works = await store.videos.byAuthor(author!.id, false, { cursor: null, limit: 9 })
          expect(works.items.map((clip) => clip.video.id)).toEqual(seen)
          const feed = await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)
          expect(feed.map((clip) => clip.video.id)).toEqual(seen)
          expect((await store.users.byId(author!.id))?.workCount).toBe(seen.length)
          expect((await store.checks.counts(false)).filter(({ rows }) => rows > 0)).toEqual([])
        }),
      )
    }

    test(
      'whose files are lost takes those of the next upload, and none that another one brought',
      withStore(make, async (store) => {
        const [author] = await newUsers(store, 1)
        const before = newMedia()
        const check = { kind: 'check', seconds: 1, reason: null } as const
        const first = await publish(store, author!.id, { ...before, job: check })
        const running = (await store.jobs.claim())!
        const again = { ...newMedia(), sourceHash: before.sourceHash }
        const work = { authorId: author!.id, title: 'again', quota: 0 }
        const second = await store.videos.publish({ ...work, media: again, lost: before.video })
        expect(second.video).toMatchObject({ video: again.video, cover: again.cover })
        const { publishedAt } = first.video
        const shown = { state: 'ready', video: again.video, cover: again.cover, publishedAt }
        expect((await store.videos.byId(first.video.id))?.video).toMatchObject(shown)
        // What ran on the lost files has nothing more to say.
        expect(await outcome(store.jobs.finish(running, null))).toBe('media_gone')
        expect(await store.jobs.claim()).toBeNull()
        const owned = await store.videos.ownedAmong([before.video, before.cover, again.video])
        expect(owned).toEqual(new Set([again.video]))
        const late = { ...newMedia(), sourceHash: before.sourceHash }
        const third = { ...work, title: 'late', media: late, lost: before.video }
        expect((await store.videos.publish(third)).video.video).toBe(again.video)
      }),
    )

    test(
      'whose files are lost and that has to be made anew stays shown, and shows new works when it is',
      withStore(make, async (store) => {
        const [author] = await newUsers(store, 1)
        const before = newMedia()
        const first = await publish(store, author!.id, before)
        const again = { ...newMedia(true), sourceHash: before.sourceHash }
        const work = { authorId: author!.id, title: 'again', quota: 0 }
        const second = await store.videos.publish({ ...work, media: again, lost: before.video })
        const feed = async () =>
          (await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)).map(({ video }) => video.id)
        expect(second.video).toMatchObject({ state: 'ready', publishedAt: null })
        // And once more, before its job is done.
        const third = { ...newMedia(true), sourceHash: before.sourceHash }
        const later = { ...work, title: 'once more', media: third, lost: again.video }
        expect((await store.videos.publish(later)).video.publishedAt).toBeNull()
        expect(await feed()).toEqual([first.video.id])
        const job = (await store.jobs.claim())!
        const { video } = third
        expect(job).toMatchObject({ kind: 'render', source: third.source, video, wasReady: true })
        // What runs on files that were lost says nothing about those that came after them.
        const { mediaId } = job
        for (const old of [before.video, again.video]) {
          const lost = { mediaId, video: old }
          const trouble = { reason: 'x', nextAt: null, seconds: 1 }
          expect(await outcome(store.jobs.finish(lost, null))).toBe('media_gone')
          expect(await store.jobs.delay(lost, trouble)).toBe(false)
          await store.jobs.fail(lost, 'video_damaged')
          await store.jobs.replace(lost, 1)
        }
        expect(await store.videos.mediaOf(before.sourceHash)).toMatchObject({
          state: 'ready',
          source: third.source,
        })
        expect(await store.jobs.waiting()).toEqual({ queued: 0, running: 1, delayed: 0 })
        const shownOf = async () => (await store.videos.byId(second.video.id))!.video.failure
        await store.jobs.delay(job, { reason: 'x', nextAt: null, seconds: 1 })
        expect(await shownOf()).toBe('paused')
        // Another upload of the same bytes asks for it.
        await store.videos.publish({ ...work, title: 'known', media: { id: mediaId } })
        expect(await store.jobs.claim()).toMatchObject({ mediaId, tries: 1 })
        await store.jobs.delay(job, { reason: 'x', nextAt: 0, seconds: 1 })
        expect(await shownOf()).toBe('delayed')
        await store.jobs.claim()
        expect(await shownOf()).toBeNull()
        expect(await store.jobs.finish(job, rendition)).toEqual([third.source as string])
        expect(await feed()).toHaveLength(4)
        expect(await store.videos.mediaOf(before.sourceHash)).toMatchObject({ source: null })
        expect((await store.users.byId(author!.id))?.workCount).toBe(4)
        expect((await store.checks.counts(false)).filter(({ rows }) => rows > 0)).toEqual([])
      }),
    )

    test(
      'may become as large as the quota of its author leaves, for each work of it',
      withStore(make, async (store) => {
        const { author, other, media } = await twoJobs(store)
        const job = (await store.jobs.claim())!
        // Another job of 1,000 bytes is the author's too.
        expect(await store.jobs.room(job, 5000)).toBe(4000)
        expect(await store.jobs.room({ ...job, authorId: other }, 5000)).toBe(5000)
        await publish(store, author, media[0])
        expect(await store.jobs.room(job, 5001)).toBe(2000)
        expect(await store.jobs.room(job, 900)).toBe(-50)
      }),
    )
  })
}
