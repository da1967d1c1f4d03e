import type { Database } from 'bun:sqlite'
import type { Cast } from '../world/cast.ts'

/** A request's share of the database: how often a second, and µs of processor time. */
export interface Raw {
  readonly rate: number
  readonly cpu: number
}

/** What one request costs in the database alone, in hand-written SQL, or null if nothing. */
export function rawCost(database: Database, cast: Cast, name: string, short: boolean): Raw | null {
  const make = work[name] ?? work[name.split(',')[0]!]
  if (!make) return null
  const { run, write } = make(database, cast)
  const started = performance.now()
  const limit = started + (short ? 20 : 500)
  const before = process.cpuUsage()
  let done = 0
  while (performance.now() < limit) {
    if (write) database.run('BEGIN IMMEDIATE')
    for (let at = 0; at < (write ? shared : 16); at++) run(done++)
    if (write) database.run('COMMIT')
  }
  const { user, system } = process.cpuUsage(before)
  return { rate: (done * 1000) / (performance.now() - started), cpu: (user + system) / done }
}

/** Writes of one commit, as when all connections write at once. */
const shared = 64

interface Work {
  run(at: number): void
  readonly write?: true
}

const user =
  'u.id, u.name, u.signature, u.follow_count, u.follower_count, u.work_count, u.favorite_count, u.total_favorited'
const video = 'v.id, v.title, m.video, m.cover, v.favorite_count, v.comment_count, v.published_at'
const clip = `SELECT ${video}, ${user} FROM videos v JOIN media m ON m.id = v.media_id JOIN users u ON u.id = v.author_id`
const flags = `EXISTS (SELECT 1 FROM favorites f WHERE f.user_id = ?1 AND f.video_id = v.id),
  EXISTS (SELECT 1 FROM follows f WHERE f.user_id = ?1 AND f.to_user_id = v.author_id)`
const seenClip = clip.replace(' FROM', `, ${flags} FROM`)
const seenUser = `SELECT ${user}, EXISTS (SELECT 1 FROM follows x WHERE x.user_id = ?1 AND x.to_user_id = u.id)`

/** One query per case, with everything that its answer shows. */
const work: Record<string, (database: Database, cast: Cast) => Work> = {
  'feed, anonymous': read(
    `${clip} WHERE v.published_at <= ? ORDER BY v.published_at DESC LIMIT 30`,
    () => [top],
  ),
  'feed, logged in': read(
    `${seenClip} WHERE v.published_at <= ?2 ORDER BY v.published_at DESC LIMIT 30`,
    ({ viewers, moments }, at) => [of(viewers, at).id, at % 2 ? of(moments, at) : top],
  ),
  user: read(`${seenUser} FROM users u WHERE u.id = ?2`, ({ viewers, users }, at) => [
    of(viewers, at).id,
    of(users, at),
  ]),
  'publish list': read(
    `${seenClip} WHERE v.author_id = ?2 ORDER BY v.id DESC`,
    ({ viewers, authors }, at) => [of(viewers, at).id, of(authors, at)],
  ),
  'favorite list': read(
    `${seenClip} JOIN favorites l ON l.video_id = v.id WHERE l.user_id = ?2 ORDER BY l.created_at DESC, l.video_id DESC`,
    ({ viewers, fans }, at) => [of(viewers, at).id, of(fans, at)],
  ),
  'comment list': read(
    `${seenUser}, c.id, c.content, c.created_at FROM comments c JOIN users u ON u.id = c.user_id WHERE c.video_id = ?2 ORDER BY c.id DESC`,
    ({ viewers, discussed }, at) => [of(viewers, at).id, of(discussed, at)],
  ),
  'follow list': read(
    `${seenUser} FROM follows f JOIN users u ON u.id = f.to_user_id WHERE f.user_id = ?2 ORDER BY f.created_at DESC, f.to_user_id DESC`,
    ({ viewers, followers }, at) => [of(viewers, at).id, of(followers, at)],
  ),
  'follower list': read(
    `${seenUser} FROM follows f JOIN users u ON u.id = f.user_id WHERE f.to_user_id = ?2 ORDER BY f.created_at DESC, f.user_id DESC`,
    ({ viewers, popular }, at) => [of(viewers, at).id, of(popular, at).id],
  ),
  'friend list': read(
    `${seenUser}, m.content, m.from_user_id FROM follows f JOIN users u ON u.id = f.user_id
     LEFT JOIN threads t ON t.user_id = ?1 AND t.peer_id = u.id LEFT JOIN messages m ON m.id = t.last_message_id
     WHERE f.to_user_id = ?1`,
    ({ popular }, at) => [of(popular, at).id],
  ),
  'chat poll': read(
    'SELECT last_created_at FROM threads WHERE user_id = ? AND peer_id = ?',
    ({ talks }, at) => [of(talks, at).viewer.id, of(talks, at).peerId],
  ),
  favorite: write((database) => {
    const like = database.prepare(
      'INSERT INTO favorites (user_id, video_id, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET created_at = created_at + 1',
    )
    const count = database.prepare(
      'UPDATE videos SET favorite_count = favorite_count + 1 WHERE id = ?',
    )
    const likes = database.prepare(
      'UPDATE users SET favorite_count = favorite_count + 1 WHERE id = ?',
    )
    const earned = database.prepare(
      'UPDATE users SET total_favorited = total_favorited + 1 WHERE id = (SELECT author_id FROM videos WHERE id = ?)',
    )
    return ({ viewers, videos }, at) => {
      const [user, video] = [of(viewers, at).id, of(videos, at)]
      like.run(user, video, Date.now())
      count.run(video)
      likes.run(user)
      earned.run(video)
    }
  }),
  comment: write((database) => {
    const say = database.prepare(
      'INSERT INTO comments (video_id, user_id, content, created_at) VALUES (?, ?, ?, ?)',
    )
    const count = database.prepare(
      'UPDATE videos SET comment_count = comment_count + 1 WHERE id = ?',
    )
    return ({ viewers, videos }, at) => {
      say.run(of(videos, at), of(viewers, at).id, '拍得真好，我也想去看看', Date.now())
      count.run(of(videos, at))
    }
  }),
  follow: write((database) => {
    const follow = database.prepare(
      'INSERT INTO follows (user_id, to_user_id, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET created_at = created_at + 1',
    )
    const following = database.prepare(
      'UPDATE users SET follow_count = follow_count + 1 WHERE id = ?',
    )
    const followed = database.prepare(
      'UPDATE users SET follower_count = follower_count + 1 WHERE id = ?',
    )
    return ({ viewers, users }, at) => {
      follow.run(of(viewers, at).id, of(users, at), Date.now())
      following.run(of(viewers, at).id)
      followed.run(of(users, at))
    }
  }),
  message: write((database) => {
    const send = database.prepare(
      'INSERT INTO messages (from_user_id, to_user_id, content, created_at) VALUES (?, ?, ?, ?) RETURNING id',
    )
    const note = database.prepare(
      'UPDATE threads SET last_message_id = ?3, last_created_at = ?4 WHERE user_id = ?1 AND peer_id = ?2',
    )
    // Moments of a conversation are unique, and these lie after all others.
    let moment = Date.now() + 1e9
    return ({ talks }, at) => {
      const { viewer, peerId } = of(talks, at)
      const { id } = send.get(viewer.id, peerId, '拍得真好，我也想去看看', ++moment) as {
        id: number
      }
      note.run(viewer.id, peerId, id, moment)
      note.run(peerId, viewer.id, id, moment)
    }
  }),
}

const top = Number.MAX_SAFE_INTEGER
const of = <T>(list: readonly T[], at: number): T => list[at % list.length]!

function read(sql: string, values: (cast: Cast, at: number) => number[]) {
  return (database: Database, cast: Cast): Work => {
    const statement = database.prepare(sql)
    return { run: (at) => void statement.values(...values(cast, at)) }
  }
}

function write(prepare: (database: Database) => (cast: Cast, at: number) => void) {
  return (database: Database, cast: Cast): Work => {
    const run = prepare(database)
    return { run: (at) => run(cast, at), write: true }
  }
}
