import { describe, expect, test } from 'bun:test'
import { maxWaitingOfAuthor } from '../../src/store/media.ts'
import type { User } from '../../src/store/user.ts'
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

const any = { long: true, delayed: true, maxShortSeconds: 0 }

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
        expect(claimed).toMatchObject([
          { kind: 'render', source: media[0].source!, video: media[0].video, tries: 0 },
          { kind: 'render', source: media[1].source!, video: media[1].video, tries: 0 },
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
        await store.jobs.finish(job, rendition)
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
        expect(await outcome(store.jobs.finish(job, rendition))).toBe('media_gone')
        expect(await store.users.byId(author)).toMatchObject({ workCount: 1 })
      }),
    )

    test(
      'a job in trouble comes back when its time has come, and keeps its upload; a verdict ends it',
      withStore(make, async (store) => {
        const { clips, author, media } = await twoJobs(store)
        const job = (await store.jobs.claim())!
        const state = async () => (await store.videos.byId(clips[0].video.id))!.video
        const trouble = { reason: 'the disk is full', seconds: 2 }
        const later = { ...trouble, nextAt: Date.now() + 60_000 }
        expect(await store.jobs.delay(job, later)).toBe(true)
        expect(await state()).toMatchObject({ state: 'delayed', failure: null })
        expect(await store.jobs.waiting()).toEqual({ queued: 1, running: 0, delayed: 1 })
        const listed = await store.videos.list({ limit: 9, state: 'delayed' })
        expect(listed.map(({ video, job }) => [video.id, job?.reason])).toEqual([
          [clips[2].video.id, 'the disk is full'],
          [clips[0].video.id, 'the disk is full'],
        ])
        expect((await store.jobs.claim())?.mediaId).not.toBe(job.mediaId)
        expect(await store.jobs.claim()).toBeNull()
        expect(await store.jobs.retry(clips[1].video.id)).toBe(false)
        expect(await store.jobs.retry(clips[0].video.id)).toBe(true)
        expect(await store.jobs.claim()).toMatchObject({
          ...job,
          seconds: 2,
          tries: 1,
          failedAt: expect.any(Number),
        })
        await store.jobs.delay(job, { ...trouble, nextAt: null })
        expect(await state()).toMatchObject({ state: 'delayed', failure: 'paused' })
        expect((await store.videos.mediaOf(media[0].sourceHash))?.source).toBe(media[0].source)
        expect(await store.jobs.claim()).toBeNull()
        await store.jobs.retry(clips[0].video.id)
        expect(await store.jobs.claim()).toMatchObject({ mediaId: job.mediaId, tries: 2 })
        await store.jobs.delay(job, { ...trouble, nextAt: 0, failure: 'quota_exceeded' })
        expect(await state()).toMatchObject({ state: 'delayed', failure: 'quota_exceeded' })
        expect(await store.jobs.claim()).toMatchObject({ mediaId: job.mediaId, tries: 3 })
        await store.jobs.fail(job, 'video_damaged')
        expect(await state()).toMatchObject({
          state: 'failed',
          failure: 'video_damaged',
          publishedAt: null,
        })
        expect(await store.jobs.claim()).toBeNull()
        expect(await outcome(store.jobs.finish(job, rendition))).toBe('media_gone')
        expect(await store.users.byId(author)).toMatchObject({ workCount: 0 })
      }),
    )

    test(
      'jobs that take less come first; authors, long ones and those in trouble can be left out',
      withStore(make, async (store) => {
        const [one, two] = await newUsers(store, 2)
        const add = async (author: User, seconds: number, reason: string | null = null) => {
          const job = { kind: 'render', seconds, reason } as const
          const clip = await publish(store, author.id, { ...newMedia(true), job })
          return (await store.videos.show(clip.video.id))!.media.id
        }
        const [hour, clip, minute] = [
          await add(one!, 3600),
          await add(one!, 9),
          await add(two!, 60),
        ]
        await add(two!, 1, 'it crashed')
        const short = { long: false, delayed: false, maxShortSeconds: 30, notOf: [] }
        expect(await store.jobs.claim({ ...short, notOf: [one!.id] })).toBeNull()
        const claimed = [
          await store.jobs.claim({ ...short, long: true, notOf: [one!.id] }),
          await store.jobs.claim(short),
          await store.jobs.claim(short),
          await store.jobs.claim(),
          await store.jobs.claim(),
        ]
        expect(claimed.map((job) => job?.mediaId)).toEqual([
          minute,
          clip,
          undefined,
          hour,
          undefined,
        ])
      }),
    )

    // Without it one author's uploads fill the disk and the queue before a single one is looked at.
    test(
      'of one author only so many may wait; others, copies and what is known are not among them',
      withStore(make, async (store) => {
        const [one, two] = await newUsers(store, 2)
        const all = Array.from({ length: maxWaitingOfAuthor }, () => newMedia(true))
        await Promise.all(all.map((media) => publish(store, one!.id, media)))
        const more = (author: User, media = newMedia(true)) =>
          outcome(publish(store, author.id, media))
        expect(await more(one!)).toBe('too_many_waiting')
        expect(await more(two!)).toBe('done')
        expect(await more(one!, newMedia())).toBe('done')
        expect(await more(two!, all[0])).toBe('done')
        await store.jobs.fail((await store.jobs.claim())!, 'video_damaged')
        expect(await more(one!)).toBe('done')
        expect(await more(one!)).toBe('too_many_waiting')
      }),
    )

    test(
      'a copy stays published whatever becomes of its check, and shows what replaces it',
      withStore(make, async (store) => {
        const [author] = await newUsers(store, 1)
        const job = { kind: 'check', seconds: 1, reason: null } as const
        const copy = { ...newMedia(), job }
        const { video } = await publish(store, author!.id, copy)
        const shown = async () =>
          (await store.videos.feed(Number.MAX_SAFE_INTEGER, 9)).map((clip) => clip.video)
        expect(await shown()).toMatchObject([{ id: video.id, state: 'ready' }])
        // Somebody waits for a rendition, even a long one, but nobody for a check.
        const render = { kind: 'render', seconds: 600, reason: null } as const
        await publish(store, author!.id, { ...newMedia(true), job: render })
        const first = (await store.jobs.claim())!
        expect(first.kind).toBe('render')
        await store.jobs.fail(first, 'video_damaged')
        const check = (await store.jobs.claim())!
        expect(check).toMatchObject({ kind: 'check', source: copy.video })
        await store.jobs.delay(check, { reason: 'a crash', nextAt: 0, seconds: 1 })
        expect(await shown()).toMatchObject([{ id: video.id, state: 'ready', failure: null }])
        expect(await store.videos.list({ limit: 9, state: 'delayed' })).toHaveLength(1)
        await store.jobs.claim()
        await store.jobs.replace(check, 5)
        expect(await store.jobs.claim()).toMatchObject({ kind: 'replace', seconds: 5 })
        const unowned = await store.jobs.finish(check, {
          ...rendition,
          video: 'videos/new.mp4',
        })
        expect(unowned).toEqual([copy.video])
        expect(await shown()).toMatchObject([
          { id: video.id, video: 'videos/new.mp4', publishedAt: video.publishedAt },
        ])
        expect(await store.jobs.claim()).toBeNull()
        const other = { ...newMedia(), job }
        await publish(store, author!.id, other)
        await store.jobs.fail((await store.jobs.claim())!, 'video_damaged')
        expect(await shown()).toMatchObject([
          { video: other.video, state: 'ready' },
          { state: 'ready' },
        ])
      }),
    )

    test(
      'a job that is done may leave another one, of the same author',
      withStore(make, async (store) => {
        const { author, other, clips } = await twoJobs(store)
        const render = (await store.jobs.claim())!
        const check = { kind: 'check', seconds: 3, reason: null } as const
        await store.jobs.finish(render, rendition, check)
        expect((await store.videos.byId(clips[0].video.id))?.video.state).toBe('ready')
        expect(await store.jobs.claim({ ...any, notOf: [author] })).toBeNull()
        const next = await store.jobs.claim({ ...any, notOf: [other] })
        expect(next).toMatchObject({ kind: 'render' })
        const { kind, seconds } = check
        expect(await store.jobs.claim()).toMatchObject({
          ...{ kind, seconds, tries: 0 },
          mediaId: render.mediaId,
        })
      }),
    )

    test(
      'recover puts back what a dead process left running, and nothing else',
      withStore(make, async (store) => {
        const { clips } = await twoJobs(store)
        const first = (await store.jobs.claim())!
        await store.jobs.finish(first, rendition)
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
        expect(await outcome(store.jobs.finish(job, rendition))).toBe('media_gone')
        expect(await outcome(store.jobs.fail(job, 'internal'))).toBe('done')
        const trouble = { reason: 'its file is gone', nextAt: 0, seconds: 1 }
        expect(await store.jobs.delay(job, trouble)).toBe(false)
        expect(await store.jobs.claim()).toBeNull()
      }),
    )
  })
}
