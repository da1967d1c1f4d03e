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

// Pages are kept: whatever is published, seeded at an older time or removed has to be in, or out of,
// each of them afterwards.
test('the feed is the same in order and whole, whatever was scrolled through before', async () => {
  const { path, clean } = temporaryDirectory()
  const store = createSqliteStore(join(path, 'douyin.db'))
  const [author] = await newUsers(store, 1)
  const mediaId = await store.seeding.media(newMedia())
  const seed = (times: readonly number[]) =>
    store.seeding.videos(
      times.map((publishedAt) => ({ authorId: author!.id, mediaId, title: 'x', publishedAt })),
    )
  expect(await scroll(store)).toEqual([])
  const even = await seed(Array.from({ length: 1_000 }, (_, at) => 1_000 + 2 * at))
  expect(await scroll(store)).toEqual(even.toReversed())
  const [between] = await seed([1_501])
  const older = even.slice(0, 251).toReversed()
  const middle = [...even.slice(251).toReversed(), between!, ...older]
  expect(await scroll(store)).toEqual(middle)
  const [last] = await seed([5_000])
  const expected = [last!, ...middle]
  expect(await scroll(store)).toEqual(expected)
  const clip = await publish(store, author!.id, newMedia())
  expect(await scroll(store)).toEqual([clip.video.id, ...expected])
  const pageLength = async () => (await store.videos.feed(2_100, 300)).length
  expect(await pageLength()).toBe(300)
  await store.videos.remove(even[500]!)
  expect(await pageLength()).toBe(300)
  await store.videos.remove(clip.video.id)
  expect(await scroll(store)).toEqual(expected.filter((id) => id !== even[500]))
  await store.close()
  clean()
})
