import { Database } from 'bun:sqlite'
import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  cpSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { checkAll } from '../../cli/doctor/run.ts'
import { createDiskBlobs } from '../../src/blob/disk.ts'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { call } from '../support/api.ts'
import { createLedger, publish, settle, unthrottled, write } from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { fromSource, run, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

setDefaultTimeout(60_000)

const world = temporaryDirectory()
const scratch = temporaryDirectory()
let patients = 0
const ledger = createLedger()

beforeAll(async () => {
  const common = readFileSync(await clip('h264'))
  await using server = await spawnServer(fromSource, world.path, { flags: unthrottled })
  await settle(server, ledger, 5, common)
  // The writers publish only by chance, and some damages need a second video.
  await publish(server, ledger, ledger.people[1]!, common)
  await write(server, ledger, { writers: 5, common, deeds: 30 }).done
  await server.end('SIGTERM')
})
afterAll(() => {
  world.clean()
  scratch.clean()
})

/** A copy of the world, to be damaged. */
function patient(): string {
  const path = join(scratch.path, `patient-${++patients}`)
  cpSync(world.path, path, { recursive: true })
  return path
}

function sql(data: string, ...statements: string[]): void {
  const database = new Database(join(data, 'douyin.db'))
  // A server beside it may be about to commit.
  database.run('PRAGMA busy_timeout = 5000')
  database.run('PRAGMA foreign_keys = OFF')
  for (const statement of statements) {
    // A test that damages nothing finds nothing.
    expect(database.run(statement).changes, statement).toBeGreaterThan(0)
  }
  database.close()
}

const doctor = async (data: string, ...options: string[]) => {
  const command = [...fromSource, 'doctor', '--data', data, '--json', ...options]
  const { code, stdout, stderr } = await run(command)
  const { ok, found, left } = JSON.parse(stdout || '{}')
  return { code, ok, stderr, found: found?.map((one: { what: string }) => one.what), left }
}

/** The same in this process, which starts no program. */
async function look(
  data: string,
  fix: boolean,
  quietSince: number | null = Number.POSITIVE_INFINITY,
): Promise<string[]> {
  const store = createSqliteStore(join(data, 'douyin.db'))
  try {
    const blobs = createDiskBlobs(data)
    const found = await checkAll({ store, blobs, quietSince }, fix)
    return found.map(({ what }) => what)
  } finally {
    await store.close()
  }
}

const first = (data: string, folder: string) =>
  join(data, folder, readdirSync(join(data, folder))[0]!)

const damages: [string, (data: string) => void, string[]][] = [
  ...[
    ...['user_counts.follow_count', 'user_counts.follower_count', 'user_counts.work_count'],
    ...['user_counts.favorite_count', 'user_counts.total_favorited'],
    ...['video_counts.favorite_count', 'video_counts.comment_count'],
  ].map((count): [string, (data: string) => void, string[]] => [
    `a wrong ${count}`,
    (data) => {
      const [table, column] = count.split('.')
      sql(data, `UPDATE ${table} SET ${column} = ${column} + 3 WHERE rowid = 1`)
    },
    [`wrong ${count}`],
  ]),
  [
    'a user and a video without counts',
    (data) => sql(data, 'DELETE FROM user_counts', 'DELETE FROM video_counts'),
    ['missing user_counts', 'missing video_counts'],
  ],
  [
    'a wrong number of unread messages',
    (data) => sql(data, 'UPDATE conversations SET low_unread = low_unread + 1'),
    ['wrong conversations'],
  ],
  [
    'a conversation that ends too early',
    (data) => sql(data, 'UPDATE conversations SET last_message_id = last_message_id - 1'),
    ['wrong conversations'],
  ],
  [
    'a conversation that nobody sees',
    (data) => sql(data, 'DELETE FROM conversations'),
    ['wrong conversations'],
  ],
  [
    'a conversation without messages',
    (data) => sql(data, 'DELETE FROM messages'),
    ['conversations without messages'],
  ],
  [
    'a wrong number of unread notices',
    (data) => sql(data, 'UPDATE user_counts SET unread_notices = unread_notices + 1'),
    ['wrong user_counts of notices'],
  ],
  [
    'notices that lead past others',
    (data) => sql(data, 'UPDATE notices SET previous_id = 0'),
    ['wrong link of a notice'],
  ],
  [
    'the likes, comments and follows of nobody',
    (data) =>
      sql(
        data,
        'INSERT INTO favorites (user_id, video_id, created_at) VALUES (999, 1, 1)',
        "INSERT INTO comments (video_id, user_id, content, created_at) VALUES (999, 1, 'x', 1)",
        'INSERT INTO follows (user_id, to_user_id, created_at) VALUES (1, 999, 1)',
      ),
    ['favorites of no users', 'comments of no videos', 'follows of no users'],
  ],
  [
    'a video without media',
    (data) => sql(data, 'UPDATE videos SET media_id = 999 WHERE id = 1'),
    ['videos of no media'],
  ],
  ['a lost cover', (data) => rmSync(first(data, 'covers')), ['rows without their cover']],
  ['a lost video', (data) => rmSync(first(data, 'videos')), ['rows without their video']],
  [
    'a video that was cut short',
    (data) => truncateSync(first(data, 'videos'), 1000),
    ['rows without their video'],
  ],
  [
    'a file of nobody',
    (data) => writeFileSync(join(data, 'videos', 'stray.mp4'), 'x'),
    ['files without a row'],
  ],
  [
    'people and videos that no search finds, or by what they are not called',
    (data) =>
      sql(
        data,
        'DELETE FROM user_search WHERE rowid = 1',
        "UPDATE user_search SET name = 'x' WHERE rowid = 2",
        'DELETE FROM video_search WHERE rowid = 1',
        "UPDATE video_search SET tags = 'x' WHERE rowid = 2",
        "INSERT INTO user_search (rowid, name) VALUES (999, 'x')",
        "INSERT INTO video_search (rowid, title, tags) VALUES (999, 'x', '')",
      ),
    [
      ...['users that searching finds wrongly or not at all', 'words of no user in the search'],
      ...['videos that searching finds wrongly or not at all', 'words of no video in the search'],
    ],
  ],
  [
    'a lost avatar and an empty background',
    (data) => {
      sql(
        data,
        "UPDATE users SET avatar = 'pictures/lost.jpg' WHERE id = 1",
        "UPDATE users SET background = 'pictures/empty.jpg' WHERE id = 2",
      )
      writeFileSync(join(data, 'pictures', 'empty.jpg'), '')
    },
    ['users without their avatar', 'users without their background'],
  ],
  [
    'a picture of nobody',
    (data) => writeFileSync(join(data, 'pictures', 'stray.jpg'), 'x'),
    ['files without a row'],
  ],
]

describe('doctor', () => {
  test('finds nothing where nothing is wrong', async () => {
    expect(await doctor(patient())).toMatchObject({ code: 0, ok: true, found: [] })
  })

  test.each(damages)(
    'finds %s, changes nothing, and mends it when told to',
    async (_, damage, what) => {
      const data = patient()
      damage(data)
      for (let twice = 0; twice < 2; twice++) {
        expect(await look(data, false)).toEqual(expect.arrayContaining(what))
      }
      await look(data, true)
      expect(await look(data, false)).toEqual([])
    },
  )

  test('says by its status whether all is well in the end', async () => {
    const data = patient()
    sql(data, 'UPDATE user_counts SET work_count = work_count + 3 WHERE user_id = 1')
    expect(await doctor(data)).toMatchObject({ code: 1, found: ['wrong user_counts.work_count'] })
    expect(await doctor(data, '--fix')).toMatchObject({ code: 0, ok: true, left: [] })
    expect(await doctor(data)).toMatchObject({ code: 0, ok: true, found: [] })
  })

  test('a torn database is told, and nothing in it touched', async () => {
    const data = patient()
    const path = join(data, 'douyin.db')
    const bytes = readFileSync(path)
    for (let at = 5 * 4096; at < bytes.length; at += 3 * 4096) bytes.fill(0xaa, at, at + 4096)
    writeFileSync(path, bytes)
    const { code, stderr } = await doctor(data, '--fix')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^error: (Not all of it|The database file is damaged)/m)
    writeFileSync(path, 'this is not a database, and longer than its header would be'.repeat(9))
    expect((await doctor(data)).stderr).toContain('not a database')
  })

  test('where most videos are gone, rather the disk is not there: nothing is taken off', async () => {
    const data = patient()
    const database = new Database(join(data, 'douyin.db'))
    for (let n = 0; n < 20; n++) {
      database.run(
        `INSERT INTO media (source_hash, state, video, cover, size, width, height, duration, codec)
         VALUES ('${n}', 'ready', 'videos/v${n}.mp4', 'covers/c${n}.jpg', 1, 1, 1, 1, 'h264')`,
      )
    }
    database.close()
    const mounted = expect.stringContaining('is the disk with the videos mounted?')
    expect(await doctor(data)).toMatchObject({ code: 1, stderr: mounted })
    expect(await doctor(data, '--fix')).toMatchObject({ code: 1, ok: false, stderr: mounted })
    const left = new Database(join(data, 'douyin.db'))
    expect(left.query('SELECT count(*) AS n FROM media').get()).toMatchObject({
      n: expect.any(Number),
    })
    expect(
      (left.query('SELECT count(*) AS n FROM media').get() as { n: number }).n,
    ).toBeGreaterThan(20)
    left.close()
  })

  test('beside a server it leaves a young file alone, which may be an upload, and mends counts', async () => {
    const data = patient()
    await using server = await spawnServer(fromSource, data, { flags: unthrottled })
    writeFileSync(join(data, 'videos', 'young.mp4'), 'x')
    writeFileSync(join(data, 'videos', 'old.mp4'), 'x')
    utimesSync(join(data, 'videos', 'old.mp4'), 1, 1)
    sql(data, 'UPDATE user_counts SET work_count = work_count + 3 WHERE user_id = 1')
    expect(await doctor(data, '--fix')).toMatchObject({ code: 0, ok: true })
    const names = readdirSync(join(data, 'videos'))
    expect([names.includes('young.mp4'), names.includes('old.mp4')]).toEqual([true, false])
    // The server had the wrong number, and has the right one now.
    const { token } = ledger.people[0]!
    const { user } = await call(server, 'GET', 'user/', { user_id: 1, token })
    const { video_list } = await call(server, 'GET', 'publish/list/', { user_id: 1, token })
    expect([user.id, user.work_count]).toEqual([1, video_list.length])
  })

  test('beside a server that is written to it takes nothing half-done for damage', async () => {
    const data = patient()
    const common = readFileSync(await clip('h264'))
    const busy = { ...createLedger(), people: ledger.people, videos: ledger.videos }
    await using server = await spawnServer(fromSource, data, { flags: unthrottled })
    const writing = write(server, busy, { writers: 8, common })
    // We look from the process that writes too, so how much comes between two looks is chance.
    const written = () => busy.entries.filter(({ heard }) => heard !== null).length
    for (let n = 0; n < 4 || written() < 20; n++) {
      expect(await look(data, false, null)).toEqual([])
      expect(await look(data, true, null)).toEqual([])
    }
    await writing.stop()
    await server.end('SIGTERM')
    expect(await look(data, false)).toEqual([])
  })

  test('a directory without a database is no patient', async () => {
    const { code, stderr } = await run([...fromSource, 'doctor', '--data', scratch.path])
    expect([code, stderr]).toEqual([1, expect.stringContaining('There is no database in')])
  })
})
