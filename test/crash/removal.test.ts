import { Database } from 'bun:sqlite'
import { expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join as pathOf } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../src/store/store.ts'
import { call } from '../support/api.ts'
import { ailments, healed, wrongs } from '../support/crash/verify.ts'
import {
  createLedger,
  join,
  type Ledger,
  learnVideos,
  type Person,
  publish,
  settle,
  unthrottled,
  write,
} from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, type Spawned, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'
import { freshClip } from '../support/upload.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(long ? 3_600_000 : 120_000)

const victims = long ? 60 : 3
const writers = 8

/** Somebody who is to be removed, and the works that go along. */
interface Victim extends Person {
  readonly works: readonly number[]
}

// A removal is many commits of one process beside those of another. A count that forgets a row which
// came in between, a user who is let in again, a step that is done twice or never: each shows when
// both die in the middle, or only one of them, and the removal is gone on with beside new writes.
test(`${victims} users removed by commands and servers that are killed are gone whole`, async () => {
  const { path, clean } = temporaryDirectory()
  const common = readFileSync(await clip('h264'))
  const ledger = createLedger()
  const gone: Victim[] = []
  const kills = { before: 0, within: 0, after: 0 }
  try {
    for (const victim of await prepare(path, ledger, common)) {
      for (let begun = false; !begun; ) {
        await using server = await serve(path)
        await learnVideos(server, ledger)
        const writing = write(server, ledger, { writers, common })
        const command = remove(path, victim)
        // Now at any time, now when it has begun: starting takes longer than removing.
        const late = Math.random() < 0.7
        if (late) await until(() => isBegun(path, victim))
        await Bun.sleep(Math.random() * (late ? 40 : 600))
        await server.end('SIGKILL')
        // One in three lives on, and so there are two that go on with it.
        const alone = Math.random() < 0.3
        if (!alone) await command.kill()
        await writing.stop()
        if (!alone) expect(await ailments(path, false)).toEqual([])
        const state = await stateOf(path, victim)
        kills[state]++
        begun = state !== 'before'

        await using next = await serve(path)
        if (begun) await expectKeptOut(next, victim)
        const more = write(next, ledger, { writers, common, deeds: 10 })
        if (begun) await until(async () => (await stateOf(path, victim)) === 'after')
        await Promise.all([more.done, alone && command.exited])
        // One that lived on has come to its end, though the server may have been faster.
        if (alone) await until(async () => (await stateOf(path, victim)) === 'after')
        begun ||= alone
        if (begun) {
          gone.push(victim)
          ledger.people.splice(ledger.people.indexOf(victim), 1)
        }
        await healed(path)
        await expectGone(next, gone)
        await next.end('SIGTERM')
        expect(await ailments(path, true)).toEqual([])
        expect(remnants(path, gone)).toEqual([])
        expect(wrongs(path, withoutThose(gone, ledger))).toEqual([])
      }
    }
    expect(ledger.wrong).toEqual([])
    if (long) expect(kills.within).toBeGreaterThan(0)
    console.log(`      killed ${JSON.stringify(kills)}`)
  } finally {
    clean()
  }
})

const serve = (path: string) =>
  spawnServer(program, path, { flags: [...unthrottled, '--log', 'off'] })

/** People with so much that a removal takes several steps, and those who write meanwhile. */
async function prepare(path: string, ledger: Ledger, common: Uint8Array): Promise<Victim[]> {
  const doomed: Victim[] = []
  await using server = await serve(path)
  await settle(server, ledger, writers, common)
  const [work] = ledger.videos
  for (let at = 0; at < victims; at++) {
    const person = (await join(server, ledger))!
    // One work shares its file with that of somebody who stays.
    for (const bytes of [common, await freshClip()]) await publish(server, ledger, person, bytes)
    const list = await call(server, 'GET', 'publish/list/', { user_id: person.id })
    const works: number[] = list.video_list.map((video: { id: number }) => video.id)
    // In the list of people it is the victim itself, to be found there again.
    const victim = Object.assign(person, { works })
    doomed.push(victim)
  }
  await server.end('SIGTERM')
  const store = createSqliteStore(pathOf(path, 'douyin.db'))
  for (const victim of doomed) await crowd(store, victim, ledger.people[0]!.id, work!)
  await store.close()
  return doomed
}

async function crowd(store: Store, { id, works }: Victim, other: number, work: number) {
  const writes: Promise<unknown>[] = []
  for (let at = 0; at < 1200; at++) {
    const [fromUserId, toUserId] = at % 2 ? [id, other] : [other, id]
    const content = 'x'
    writes.push(
      store.comments.create({ userId: id, videoId: work, content }),
      store.comments.create({ userId: other, videoId: works[at % works.length]!, content }),
      store.messages.send({ fromUserId, toUserId, content, clientId: null }),
    )
  }
  await Promise.all(writes)
}

function remove(path: string, victim: Victim) {
  const command = [...program, 'users', 'remove', victim.name, '--yes', '--data', path]
  const child = Bun.spawn(command, { stdio: ['ignore', 'ignore', 'ignore'] })
  return {
    exited: child.exited,
    async kill() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

const isBegun = async (path: string, victim: Victim) => (await stateOf(path, victim)) !== 'before'

/** Whether a removal hasn't begun, has, or has ended. */
async function stateOf(path: string, victim: Victim): Promise<'before' | 'within' | 'after'> {
  const database = new Database(pathOf(path, 'douyin.db'), { readonly: true })
  try {
    const row = database
      .query<{ at: number | null }, [number]>('SELECT removing_at AS at FROM users WHERE id = ?')
      .get(victim.id)
    return row === null ? 'after' : row.at === null ? 'before' : 'within'
  } finally {
    database.close()
  }
}

/** However much is left of somebody: neither the password nor an open session lets in. */
async function expectKeptOut(server: Spawned, { id, name, token }: Victim): Promise<void> {
  const login = { username: name, password: 'secret-1' }
  expect((await call(server, 'POST', 'user/login/', login)).status_code).not.toBe(0)
  expect((await call(server, 'GET', 'user/', { user_id: id, token })).status_code).not.toBe(0)
  const like = { token, video_id: 1, action_type: 1 }
  expect((await call(server, 'POST', 'favorite/action/', like)).status_code).not.toBe(0)
}

/** Nothing of them is in any answer. */
async function expectGone(server: Spawned, gone: readonly Victim[]): Promise<void> {
  const ids = new Set(gone.map((victim) => victim.id))
  const feed = await call(server, 'GET', 'feed/')
  for (const { id, author } of feed.video_list) {
    expect(ids.has(author.id)).toBe(false)
    const said = await call(server, 'GET', 'comment/list/', { video_id: id })
    for (const { user } of said.comment_list) expect(ids.has(user.id)).toBe(false)
  }
  for (const { id, works } of gone) {
    expect((await call(server, 'GET', 'user/', { user_id: id })).status_code).not.toBe(0)
    const list = await call(server, 'GET', 'comment/list/', { video_id: works[0]! })
    expect(list.status_code).not.toBe(0)
  }
}

/** Rows of a database without a server that name them. */
function remnants(path: string, gone: readonly Victim[]): string[] {
  const database = new Database(pathOf(path, 'douyin.db'), { readonly: true })
  try {
    const columns = database
      .query<{ table: string; name: string }, []>(
        `SELECT m.name AS "table", c.name FROM sqlite_master m, pragma_table_info(m.name) c
         WHERE m.type = 'table' AND c.name IN ('user_id', 'to_user_id', 'from_user_id', 'author_id', 'peer_id')`,
      )
      .all()
    expect(columns.length).toBeGreaterThan(8)
    return columns.flatMap(({ table, name }) =>
      gone.flatMap(({ id }) => {
        const left = database.query(`SELECT 1 FROM ${table} WHERE ${name} = ?`).all(id).length
        return left > 0 ? [`${left} rows with ${name} ${id} in ${table}`] : []
      }),
    )
  } finally {
    database.close()
  }
}

/** What was acknowledged and isn't theirs: what they did, and what was done to them and their works. */
const withoutThose = (gone: readonly Victim[], { entries }: Ledger) => {
  const ids = new Set(gone.map((victim) => victim.id))
  const works = new Set(gone.flatMap((victim) => victim.works))
  return entries.filter(({ deed, id }) => {
    if (deed.kind === 'register') return !ids.has(id!)
    if (ids.has(deed.userId)) return false
    if ('toUserId' in deed) return !ids.has(deed.toUserId)
    return !('videoId' in deed && works.has(deed.videoId))
  })
}
