import { describe, expect, test } from 'bun:test'
import type { Store } from '../../src/store/store.ts'
import { type MakeStore, newMedia, newUsers, outcome, publish, withStore } from './harness.ts'

const rendition = { size: 7, width: 8, height: 9, duration: 1.5 }

async function twoJobs(store: Store) {
  const [author, other] = await newUsers(store, 2)
  const media = [newMedia(true), newMedia(true)] as const
  const clips = [
    await publish(store, author!.id, media[0]),
    await publish(store, author!.id, media[1]),
    await publish(store, other!.id, media[0]),
  ] as const
  return { author: author!.id, other: other!.id, media, clips }
}

export function jobsSuite(make: MakeStore): void {
  describe('jobs', () => {
    test(
      'each job is claimed once, the one that waits longest first, however many ask at once',
      withStore(make, async (store) => {
        const { media } = await twoJobs(store)
        const claimed = await Promise.all([
          store.jobs.claim(),
          store.jobs.claim(),
          store.jobs.claim(),
        ])
        expect(claimed.map((job) => job && { ...job, mediaId: 0 })).toEqual([
          { mediaId: 0, source: media[0].source!, video: media[0].video, tries: 0 },
          { mediaId: 0, source: media[1].source!, video: media[1].video, tries: 0 },
          null,
        ])
        expect((await store.videos.mediaOf(media[0].sourceHash))?.state).toBe('running')
      }),
    )

    test(
      'a finished job shows every work of its media, counts it, and frees the upload',
      withStore(make, async (store) => {
        const { author, other, media, clips } = await twoJobs(store)
        const before = [await store.users.byId(author), await store.videos.byId(clips[0].video.id)]
        expect(before).toMatchObject([{ workCount: 0 }, { video: { publishedAt: null } }])
        const job = (await store.jobs.claim())!
        await store.jobs.finish(job.mediaId, rendition)
        const feed = await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)
        expect(feed.map(({ video }) => video.id)).toEqual([clips[2].video.id, clips[0].video.id])
        expect(feed[0]!.video.publishedAt).toBeGreaterThan(feed[1]!.video.publishedAt!)
        expect(await store.videos.mediaOf(media[0].sourceHash)).toMatchObject({
          ...rendition,
          state: 'ready',
          source: null,
          failure: null,
        })
        expect(await store.videos.ownedAmong([media[0].source!, media[1].source!])).toEqual(
          new Set([media[1].source!]),
        )
        expect(await store.users.byId(author)).toMatchObject({ workCount: 1 })
        expect(await store.users.byId(other)).toMatchObject({ workCount: 1 })
        // Done is done: nothing is shown or counted twice.
        expect(await outcome(store.jobs.finish(job.mediaId, rendition))).toBe('media_gone')
        expect(await store.users.byId(author)).toMatchObject({ workCount: 1 })
      }),
    )

    test(
      'a job that failed comes back with its tries, or says why it won’t',
      withStore(make, async (store) => {
        const { clips, author } = await twoJobs(store)
        const job = (await store.jobs.claim())!
        await store.jobs.fail(job.mediaId, 'internal', true)
        const again = (await store.jobs.claim())!
        expect(again).toEqual({ ...job, tries: 1 })
        await store.jobs.fail(job.mediaId, 'video_damaged', false)
        expect((await store.videos.byId(clips[0].video.id))?.video).toMatchObject({
          state: 'failed',
          failure: 'video_damaged',
          publishedAt: null,
        })
        expect((await store.jobs.claim())?.mediaId).not.toBe(job.mediaId)
        expect(await store.jobs.claim()).toBeNull()
        expect(await outcome(store.jobs.finish(job.mediaId, rendition))).toBe('media_gone')
        expect(await store.users.byId(author)).toMatchObject({ workCount: 0 })
      }),
    )

    test(
      'media that failed is all that it is given anew, and ready shows its earlier works',
      withStore(make, async (store) => {
        const { author, other, media, clips } = await twoJobs(store)
        const job = (await store.jobs.claim())!
        await store.jobs.fail(job.mediaId, 'internal', false)
        const ready = { ...media[0], ...rendition, codec: 'h264', source: null }
        const last = await publish(store, other, ready)
        expect(await store.videos.mediaOf(ready.sourceHash)).toMatchObject({
          ...ready,
          state: 'ready',
          failure: null,
          tries: 0,
        })
        const feed = await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)
        const shown = [last, clips[2], clips[0]].map(({ video }) => video.id)
        expect(feed.map(({ video }) => video.id)).toEqual(shown)
        expect(await store.users.byId(author)).toMatchObject({ workCount: 1 })
        expect(await store.users.byId(other)).toMatchObject({ workCount: 2 })
      }),
    )

    test(
      'recover puts back what a dead process left running, and nothing else',
      withStore(make, async (store) => {
        const { clips } = await twoJobs(store)
        const first = (await store.jobs.claim())!
        await store.jobs.finish(first.mediaId, rendition)
        const second = (await store.jobs.claim())!
        expect((await store.videos.byId(clips[1].video.id))?.video.state).toBe('running')
        expect(await store.jobs.recover()).toBe(1)
        expect(await store.jobs.recover()).toBe(0)
        expect((await store.videos.byId(clips[1].video.id))?.video.state).toBe('queued')
        expect(await store.jobs.claim()).toEqual(second)
        expect(await store.jobs.claim()).toBeNull()
      }),
    )

    test(
      'a work removed while its job runs is gone when the job is done',
      withStore(make, async (store) => {
        const { clips, media } = await twoJobs(store)
        await store.jobs.claim()
        const job = (await store.jobs.claim())!
        const blobs = await store.videos.remove(clips[1].video.id)
        expect(blobs.toSorted()).toEqual(
          [media[1].video, media[1].cover, media[1].source!].toSorted(),
        )
        expect(await outcome(store.jobs.finish(job.mediaId, rendition))).toBe('media_gone')
        expect(await outcome(store.jobs.fail(job.mediaId, 'internal', true))).toBe('done')
        expect(await store.jobs.claim()).toBeNull()
      }),
    )
  })
}
