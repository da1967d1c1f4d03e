import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { createSqliteStore } from '../../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../../src/store/store.ts'
import { newMedia, newUsers, publish } from '../../ports/harness.ts'
import { temporaryDirectory } from '../../support/temporary-directory.ts'

/** The ids of the whole feed, as somebody sees them who scrolls to its end. */
async function scroll(store: Store): Promise<number[]> {
  const ids: number[] = []
  for (let until = Number.MAX_SAFE_INTEGER; ; ) {
    const page = await store.videos.feed(until, 300)
    if (page.length === 0) return ids
    ids.push(...page.map(({ video }) => video.id))
    until = page.at(-1)!.video.publishedAt! - 1
  }
}

// The index has the newest 2,000, and is cut when it has twice as many.
test.each([
  ['more than it holds', 2_500, 0],
  ['all of them, and outgrew it', 1_000, 3_250],
])('the feed goes on below its index in memory, which had %s', async (_, stored, published) => {
  const { path, clean } = temporaryDirectory()
  const store = createSqliteStore(join(path, 'douyin.db'))
  const [author] = await newUsers(store, 1)
  const mediaId = await store.seeding.media(newMedia())
  const works = Array.from({ length: stored }, (_, at) => ({
    ...{ authorId: author!.id, mediaId, title: 'x', publishedAt: 1000 + at },
  }))
  await store.seeding.videos(works)
  const downFrom = (newest: number) => Array.from({ length: newest }, (_, at) => newest - at)
  expect(await scroll(store)).toEqual(downFrom(stored))
  for (let more = 0; more < published; more += 250) {
    await Promise.all(Array.from({ length: 250 }, () => publish(store, author!.id, newMedia())))
  }
  expect(await scroll(store)).toEqual(downFrom(stored + published))
  await store.close()
  clean()
})
