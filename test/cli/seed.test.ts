import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import fc from 'fast-check'
import { createRandom } from '../../cli/seed/random.ts'
import { drawer, share } from '../../cli/seed/spread.ts'
import { call } from '../support/api.ts'
import { fromSource, run, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const scratch = temporaryDirectory()
afterAll(scratch.clean)

const size = ['--users', '12', '--videos', '30', '--clips', '1']
const seed = async (directory: string, ...args: string[]) => {
  const data = join(scratch.path, directory)
  const answer = await run([...fromSource, 'seed', '--data', data, ...size, ...args])
  return { ...answer, file: join(data, 'douyin.db'), data }
}

describe('a seeded world', () => {
  type World = Awaited<ReturnType<typeof seed>>
  let world: World
  let same: World
  let another: World
  let more: World
  beforeAll(async () => {
    // At once, because each draws a clip, which takes seconds of one core.
    ;[world, same, another, more] = await Promise.all([
      seed('one', '--json'),
      seed('two'),
      seed('three', '--seed', '2', '--videos', '0'),
      seed('four', '--likes', '200'),
    ])
    for (const { code, stderr } of [world, same, another, more])
      if (code !== 0) throw new Error(stderr)
  }, 180_000)

  test('has exactly what was said', () => {
    const { login, password, clips, ...said } = JSON.parse(world.stdout)
    expect({ login, password, clips }).toEqual({ login: 'demo', password: 'douyin123', clips: 1 })
    expect(said).toEqual(rowCounts(world.file))
    for (const amount of Object.values(said)) expect(amount).toBeGreaterThan(0)
  })

  test('counts what there is: each count equals its rows', () => {
    expect(wrongCounts(world.file)).toEqual({})
  })

  test('lies in the past and in order: no like before its video, no answer before its question', () => {
    expect(wrongTimes(world.file)).toEqual({})
  })

  test('is told in plain lines when piped, without a control character', () => {
    expect(world.stderr).toContain('videos: 30/30\n')
    expect(world.stderr).not.toMatch(/[\x00-\x09\x0b-\x1f]/)
  })

  test('is the same for the same number, and has other people for another', () => {
    expect(dump(same.file)).toEqual(dump(world.file))
    expect(dump(another.file).users).not.toEqual(dump(world.file).users)
  })

  test('more likes change nothing but likes', () => {
    expect(rowCounts(more.file)).toMatchObject({ likes: 200 })
    expect({ ...dump(more.file), favorites: [] }).toEqual({ ...dump(world.file), favorites: [] })
  })

  test('grows by another world beside a running server, which shows it and lets its people in', async () => {
    await using server = await spawnServer(fromSource, world.data)
    const before = await call(server, 'GET', 'feed/')
    const second = await seed('one', '--seed', '7')
    expect(second).toMatchObject({ code: 0 })
    expect(second.stdout).toContain('Log in as demo7,')
    expect(wrongCounts(world.file)).toEqual({})
    const login = { username: 'demo7', password: 'douyin123' }
    expect(await call(server, 'POST', 'user/login/', login)).toMatchObject({ status_code: 0 })
    const ids = new Set<number>()
    for (let next = 0; ; ) {
      const page = await call(server, 'GET', 'feed/', { latest_time: next })
      for (const video of page.video_list) ids.add(video.id)
      next = page.next_time
      if (next === 0) break
    }
    expect(before.video_list).toHaveLength(30)
    expect(ids.size).toBe(60)
  }, 180_000)
})

test.concurrent.each([
  ['one user alone', ['--users', '1', '--videos', '2']],
  ['nothing to watch', ['--videos', '0']],
  ['more than there can be', ['--users', '3', '--videos', '2', '--likes', '99', '--follows', '99']],
])(
  '%s is a world too',
  async (name, args) => {
    const world = await seed(name.replaceAll(' ', '-'), ...args)
    expect(world).toMatchObject({ code: 0 })
    expect(wrongCounts(world.file)).toEqual({})
  },
  60_000,
)

describe('spreading', () => {
  test('shares add up to the total, or to what the caps admit', () => {
    const weights = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1 })
    fc.assert(
      fc.property(fc.nat(10_000), weights, fc.integer({ min: 0, max: 500 }), (total, list, cap) => {
        const shares = share(total, Float64Array.from(list), cap)
        expect(shares.reduce((sum, amount) => sum + amount, 0)).toBe(
          Math.min(total, cap * list.length),
        )
        expect(Math.max(...shares)).toBeLessThanOrEqual(cap)
      }),
    )
  })

  test('drawing several never draws one twice, and the heavy ones more often', () => {
    const weights = Float64Array.from({ length: 100 }, (_, at) => 1 / (at + 1))
    const draw = drawer(weights, createRandom(3, 'test'))
    const hits = new Uint32Array(100)
    for (let round = 0; round < 500; round++) {
      for (const amount of [5, 60]) {
        const drawn = draw(amount)
        expect(new Set(drawn).size).toBe(amount)
        for (const at of drawn) hits[at]!++
      }
    }
    expect(hits[0]!).toBeGreaterThan(hits[30]!)
    expect(hits[30]!).toBeGreaterThan(hits[99]!)
  })
})

function query<T>(file: string, sql: string): T[] {
  using database = new Database(file, { readonly: true })
  return database.query(sql).all() as T[]
}

function rowCounts(file: string): Record<string, number> {
  const tables = {
    users: 'users',
    videos: 'videos',
    likes: 'favorites',
    comments: 'comments',
    follows: 'follows',
    messages: 'messages',
  }
  return Object.fromEntries(
    Object.entries(tables).map(([name, table]) => [
      name,
      query<{ n: number }>(file, `SELECT count(*) AS n FROM ${table}`)[0]!.n,
    ]),
  )
}

/** How many rows break each rule; empty if none does. */
function violations(file: string, rules: Record<string, string>): Record<string, number> {
  const found = Object.entries(rules).map(([name, sql]) => [name, query(file, sql).length] as const)
  return Object.fromEntries(found.filter(([, amount]) => amount > 0))
}

const wrongCounts = (file: string) =>
  violations(file, {
    works: `SELECT 1 FROM user_counts c WHERE work_count <>
      (SELECT count(*) FROM videos WHERE author_id = c.user_id AND published_at IS NOT NULL)`,
    likes: `SELECT 1 FROM user_counts c WHERE favorite_count <>
      (SELECT count(*) FROM favorites f WHERE f.user_id = c.user_id)`,
    liked: `SELECT 1 FROM video_counts c WHERE favorite_count <>
      (SELECT count(*) FROM favorites f WHERE f.video_id = c.video_id)`,
    earned: `SELECT 1 FROM user_counts c WHERE total_favorited <>
      (SELECT coalesce(sum(v.favorite_count), 0) FROM video_counts v
        JOIN videos ON videos.id = v.video_id WHERE author_id = c.user_id)`,
    // Whoever likes something or comments on it has watched it.
    views: `SELECT 1 FROM video_counts WHERE play_count < favorite_count + comment_count`,
    comments: `SELECT 1 FROM video_counts c WHERE comment_count <>
      (SELECT count(*) FROM comments m WHERE m.video_id = c.video_id)`,
    follows: `SELECT 1 FROM user_counts c WHERE follow_count <>
      (SELECT count(*) FROM follows f WHERE f.user_id = c.user_id)`,
    followers: `SELECT 1 FROM user_counts c WHERE follower_count <>
      (SELECT count(*) FROM follows f WHERE f.to_user_id = c.user_id)`,
    unreadOfLow: `SELECT 1 FROM conversations c WHERE low_unread <> (SELECT count(*) FROM messages
      WHERE from_user_id = c.high AND to_user_id = c.low AND id > c.low_read_id)`,
    unreadOfHigh: `SELECT 1 FROM conversations c WHERE high_unread <> (SELECT count(*) FROM messages
      WHERE from_user_id = c.low AND to_user_id = c.high AND id > c.high_read_id)`,
    last: `SELECT 1 FROM conversations c WHERE last_message_id <> (SELECT max(id) FROM messages m
      WHERE m.low = c.low AND m.high = c.high)`,
    selves: 'SELECT 1 FROM follows WHERE user_id = to_user_id',
  })

const wrongTimes = (file: string) =>
  violations(file, {
    future: `SELECT 1 FROM videos WHERE published_at > ${Date.now()}
      UNION ALL SELECT 1 FROM messages WHERE created_at > ${Date.now()}
      UNION ALL SELECT 1 FROM comments WHERE created_at > ${Date.now()}`,
    works: `SELECT 1 FROM videos a JOIN videos b ON b.id = a.id + 1
      WHERE b.published_at <= a.published_at`,
    likes: `SELECT 1 FROM favorites f JOIN videos v ON v.id = f.video_id
      WHERE f.created_at < v.published_at`,
    comments: `SELECT 1 FROM comments c JOIN videos v ON v.id = c.video_id
      WHERE c.created_at < v.published_at`,
    newestComment: `SELECT 1 FROM comments a JOIN comments b ON b.video_id = a.video_id
      AND b.id > a.id WHERE b.created_at < a.created_at`,
    messages: `SELECT 1 FROM messages a JOIN messages b ON b.low = a.low AND b.high = a.high
      AND b.id > a.id WHERE b.created_at <= a.created_at`,
    partners: `SELECT 1 FROM conversations a JOIN conversations b
      ON (b.low IN (a.low, a.high) OR b.high IN (a.low, a.high))
      AND b.last_message_id > a.last_message_id WHERE b.last_created_at < a.last_created_at`,
  })

/** The rows without what is random on purpose (names of files, hashes), times from the first one. */
function dump(file: string): Record<string, unknown[]> {
  const start = '(SELECT created_at FROM users WHERE id = 1)'
  return {
    users: query(
      file,
      `SELECT id, name, signature, created_at - ${start}, last_seen_at - ${start} FROM users`,
    ),
    videos: query(
      file,
      `SELECT v.id, author_id, title, source_hash, published_at - ${start}
       FROM videos v JOIN media m ON m.id = v.media_id ORDER BY v.id`,
    ),
    favorites: query(
      file,
      `SELECT user_id, video_id, created_at - ${start} FROM favorites ORDER BY 1, 2`,
    ),
    comments: query(
      file,
      `SELECT id, video_id, user_id, content, created_at - ${start} FROM comments ORDER BY 1`,
    ),
    follows: query(
      file,
      `SELECT user_id, to_user_id, created_at - ${start} FROM follows ORDER BY 1, 2`,
    ),
    messages: query(
      file,
      `SELECT id, from_user_id, to_user_id, content, created_at - ${start} FROM messages ORDER BY 1`,
    ),
  }
}
