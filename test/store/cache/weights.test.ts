import { expect, test } from 'bun:test'
import { createLists } from '../../../src/store/cache/lists.ts'
import type { Loaders } from '../../../src/store/cache/loaders.ts'
import { createRecords } from '../../../src/store/cache/records.ts'
import type { User } from '../../../src/store/user.ts'
import type { Video } from '../../../src/store/video.ts'

// What is said of the memory that caches take must hold for people who write a lot, too.

const rowsOfList = 100

/** An engine that makes up whatever is asked for, with texts of a length, and counts its reads. */
function talkative(length: number) {
  const text = '好'.repeat(length)
  let reads = 0
  const rows = async <T>(make: (id: number) => T): Promise<T[]> => {
    reads++
    return Array.from({ length: rowsOfList }, (_, at) => make(at + 1))
  }
  const users = async (ids: readonly number[]) => {
    reads++
    return ids.map((id) => ({ id, name: `n${id}`, signature: text }) as User)
  }
  const videos = async (ids: readonly number[]) => {
    reads++
    return ids.map((id) => ({ id, authorId: 1, title: text }) as Video)
  }
  const latest = { id: 1, fromUserId: 1, toUserId: 2, content: text, createdAt: 1 }
  const lists = {
    friends: () => rows((id) => ({ id, cursor: '', latest })),
    comments: () => rows((id) => ({ id, cursor: '', userId: 1, content: text, createdAt: 1 })),
    following: () => rows((id) => ({ id, cursor: '' })),
    favorites: () => rows((id) => ({ id, cursor: '' })),
  }
  return {
    users,
    videos,
    lists: lists as Partial<Loaders['lists']> as Loaders['lists'],
    get reads() {
      return reads
    },
  }
}

/** How many of so many things are read from memory when each is asked for a second time. */
async function keptOf(
  engine: { readonly reads: number },
  count: number,
  read: (id: number) => unknown,
): Promise<number> {
  for (let id = 1; id <= count; id++) await read(id)
  let kept = 0
  // The last first, so that looking pushes nothing out that is still to be looked for.
  for (let id = count; id > 0; id--) {
    const before = engine.reads
    await read(id)
    if (engine.reads === before) kept++
  }
  return kept
}

const lists = 400

test.each(['friends', 'comments', 'following', 'favorites'] as const)(
  'lists with long texts are kept in lesser number: %s',
  async (kind) => {
    for (const [length, fewest, most] of [
      [20, lists, lists],
      [200, 70, 350],
      [4_000, 5, 25],
    ] as const) {
      const engine = talkative(length)
      const kept = createLists(engine.lists, createRecords(engine), () => {})
      const page = { cursor: null, limit: rowsOfList }
      const count = await keptOf(engine, lists, (id) => kept[kind].page(id, page))
      expect([length, count >= fewest, count <= most]).toEqual([length, true, true])
    }
  },
)

test('people with long signatures and videos with long titles are kept in lesser number', async () => {
  for (const [length, fewest, most] of [
    [20, 19_000, 19_000],
    [200, 6_000, 14_000],
  ] as const) {
    const engine = talkative(length)
    const { user } = createRecords(engine)
    const users = await keptOf(engine, 19_000, user)
    expect([length, users >= fewest, users <= most]).toEqual([length, true, true])
  }
  for (const [length, fewest, most] of [
    [20, 59_000, 59_000],
    [255, 14_000, 31_000],
  ] as const) {
    const engine = talkative(length)
    const { video } = createRecords(engine)
    const videos = await keptOf(engine, 59_000, video)
    expect([length, videos >= fewest, videos <= most]).toEqual([length, true, true])
  }
})
