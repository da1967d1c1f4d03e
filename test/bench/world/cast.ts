import type { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { createSqliteStore } from '../../../src/store/sqlite/engine/create.ts'
import { startSession } from '../../../src/user/login/session.ts'
import { openWorld } from './world.ts'

export interface Viewer {
  readonly id: number
  readonly token: string
}

/** Who and what of a world the requests are about. */
export interface Cast {
  /** Anybody, logged in. */
  readonly viewers: readonly Viewer[]
  /** Those with about 100 followers, logged in. */
  readonly popular: readonly Viewer[]
  /** Users with about 100 follows, about 30 works, about 100 likes. */
  readonly followers: readonly number[]
  readonly authors: readonly number[]
  readonly fans: readonly number[]
  /** Videos with about 30 comments. */
  readonly discussed: readonly number[]
  /** Who of the viewers wrote with whom, and when last. */
  readonly talks: readonly { viewer: Viewer; peerId: number; at: number }[]
  /** Moments of the feed, all over it. */
  readonly moments: readonly number[]
  readonly users: readonly number[]
  /** Of people who log in. */
  readonly names: readonly string[]
  readonly videos: readonly number[]
}

const amounts = { viewers: 300, listed: 50, moments: 1000, others: 5000 }

/** Logs users in, before a server has the directory, and looks up what the world has to offer. */
export async function castFor(directory: string): Promise<Cast> {
  const database = openWorld(directory)
  const ids = (query: string, ...values: number[]) =>
    database
      .query<{ id: number }, number[]>(query)
      .all(...values)
      .map((row) => row.id)
  const near = (table: string, column: string, wanted: number) =>
    ids(
      `SELECT id FROM ${table} WHERE ${column} > 0 ORDER BY abs(${column} - ?), id LIMIT ?`,
      ...[wanted, amounts.listed],
    )
  const users = spread(ids('SELECT id FROM users ORDER BY id'), amounts.others)
  const viewerIds = spread(ids('SELECT DISTINCT user_id AS id FROM threads'), amounts.viewers)
  const popularIds = near('users', 'follower_count', 100)
  const lists = {
    users,
    followers: near('users', 'follow_count', 100),
    authors: near('users', 'work_count', 30),
    fans: near('users', 'favorite_count', 100),
    discussed: near('videos', 'comment_count', 30),
    videos: spread(ids('SELECT id FROM videos ORDER BY id'), amounts.others),
    moments: spread(
      ids('SELECT published_at AS id FROM videos WHERE published_at > 0 ORDER BY 1'),
      amounts.moments,
    ),
  }
  const names = database
    .query<{ name: string }, []>('SELECT name FROM users ORDER BY id DESC LIMIT 100')
    .all()
    .map(({ name }) => name)
  const viewers = await logIn(directory, viewerIds)
  const popular = await logIn(directory, popularIds)
  const talks = viewers.flatMap((viewer) => talksOf(database, viewer))
  database.close()
  return { ...lists, names, viewers, popular, talks }
}

/** The path of a file with lines for the load tool. */
export async function writeRequests(directory: string, lines: readonly string[]): Promise<string> {
  const path = join(directory, 'requests.txt')
  await Bun.write(path, `${lines.join('\n')}\n`)
  return path
}

async function logIn(directory: string, ids: readonly number[]): Promise<Viewer[]> {
  const store = createSqliteStore(join(directory, 'douyin.db'))
  const tokens = await Promise.all(ids.map((id) => startSession(store, id)))
  await store.close()
  return ids.map((id, at) => ({ id, token: tokens[at]! }))
}

function talksOf(database: Database, viewer: Viewer) {
  return database
    .query<{ peerId: number; at: number }, [number]>(
      'SELECT peer_id AS peerId, last_created_at AS at FROM threads WHERE user_id = ? LIMIT 3',
    )
    .all(viewer.id)
    .map((talk) => ({ viewer, ...talk }))
}

/** As many as wanted, evenly out of all. */
function spread<T>(all: readonly T[], wanted: number): T[] {
  const step = Math.max(1, all.length / wanted)
  return Array.from(
    { length: Math.min(wanted, all.length) },
    (_, at) => all[Math.floor(at * step)]!,
  )
}
