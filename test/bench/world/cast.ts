import type { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { nanoid } from 'nanoid'
import { hashToken } from '../../../src/user/login/session.ts'
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

/**
 * Logs users in, before a server has the directory, and looks up what the world has to offer. Asks
 * for rows alone, never for counts or summaries, so that it reads the world of any version.
 */
export function castFor(directory: string): Cast {
  using database = openWorld(directory)
  const ids = (query: string, ...values: number[]) =>
    database
      .query<{ id: number }, number[]>(query)
      .all(...values)
      .map((row) => row.id)
  /** Those about whom a table has about so many rows. */
  const near = (table: string, column: string, wanted: number) =>
    ids(
      `SELECT ${column} AS id FROM ${table} GROUP BY 1 ORDER BY abs(count(*) - ?), 1 LIMIT ?`,
      ...[wanted, amounts.listed],
    )
  const conversations = conversationsIn(database)
  const viewers = logIn(database, spread([...conversations.keys()].sort(byNumber), amounts.viewers))
  const names = database
    .query<{ name: string }, []>('SELECT name FROM users ORDER BY id DESC LIMIT 100')
    .all()
    .map(({ name }) => name)
  return {
    viewers,
    names,
    popular: logIn(database, near('follows', 'to_user_id', 100)),
    users: spread(ids('SELECT id FROM users ORDER BY id'), amounts.others),
    followers: near('follows', 'user_id', 100),
    authors: near('videos', 'author_id', 30),
    fans: near('favorites', 'user_id', 100),
    discussed: near('comments', 'video_id', 30),
    videos: spread(ids('SELECT id FROM videos ORDER BY id'), amounts.others),
    moments: spread(
      ids('SELECT published_at AS id FROM videos WHERE published_at > 0 ORDER BY 1'),
      amounts.moments,
    ),
    talks: viewers.flatMap((viewer) =>
      conversations
        .get(viewer.id)!
        .slice(0, 3)
        .map((talk) => ({ viewer, ...talk })),
    ),
  }
}

/** The path of a file with lines for the load tool. */
export async function writeRequests(directory: string, lines: readonly string[]): Promise<string> {
  const path = join(directory, 'requests.txt')
  await Bun.write(path, `${lines.join('\n')}\n`)
  return path
}

const dayMs = 24 * 60 * 60 * 1000

/** Writes the rows that logging in would make, without a hash of a password for each. */
function logIn(database: Database, ids: readonly number[]): Viewer[] {
  const insert = database.prepare(
    `INSERT INTO sessions (token_hash, user_id, created_at, last_used_at, expires_at)
     VALUES (?, ?, ?, ?, ?)`,
  )
  const now = Date.now()
  return database.transaction(() =>
    ids.map((id) => {
      const token = nanoid(32)
      insert.run(hashToken(token), id, now, now, now + 30 * dayMs)
      return { id, token }
    }),
  )()
}

/** With whom each user wrote, and when last. */
function conversationsIn(database: Database): Map<number, { peerId: number; at: number }[]> {
  const found = new Map<number, { peerId: number; at: number }[]>()
  const rows = database
    .query<{ low: number; high: number; at: number }, []>(
      `SELECT min(from_user_id, to_user_id) AS low, max(from_user_id, to_user_id) AS high,
         max(created_at) AS at FROM messages GROUP BY 1, 2`,
    )
    .all()
  const add = (userId: number, peerId: number, at: number) => {
    const talks = found.get(userId)
    if (talks) talks.push({ peerId, at })
    else found.set(userId, [{ peerId, at }])
  }
  for (const { low, high, at } of rows) {
    add(low, high, at)
    add(high, low, at)
  }
  return found
}

const byNumber = (a: number, b: number) => a - b

/** As many as wanted, evenly out of all. */
function spread<T>(all: readonly T[], wanted: number): T[] {
  const step = Math.max(1, all.length / wanted)
  return Array.from(
    { length: Math.min(wanted, all.length) },
    (_, at) => all[Math.floor(at * step)]!,
  )
}
