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
  const run = make(database, cast)
  const started = performance.now()
  const limit = started + (short ? 20 : 500)
  const before = process.cpuUsage()
  let done = 0
  while (performance.now() < limit) {
    for (let at = 0; at < 16; at++) run(done++)
  }
  const { user, system } = process.cpuUsage(before)
  return { rate: (done * 1000) / (performance.now() - started), cpu: (user + system) / done }
}

type Work = (at: number) => void

const user = 'u.id, u.name, u.signature, uc.*'
const video = 'v.id, v.title, m.video, m.cover, vc.*, v.published_at'
const clip = `SELECT ${video}, ${user} FROM videos v JOIN video_counts vc ON vc.video_id = v.id
  JOIN media m ON m.id = v.media_id JOIN users u ON u.id = v.author_id JOIN user_counts uc ON uc.user_id = u.id`
const flags = `EXISTS (SELECT 1 FROM favorites f WHERE f.user_id = ?1 AND f.video_id = v.id),
  EXISTS (SELECT 1 FROM follows f WHERE f.user_id = ?1 AND f.to_user_id = v.author_id)`
const seenClip = clip.replace(' FROM', `, ${flags} FROM`)
const seenUser = `SELECT ${user}, EXISTS (SELECT 1 FROM follows x WHERE x.user_id = ?1 AND x.to_user_id = u.id)`

/** One query per case, with everything that its response shows. */
const work: Record<string, (database: Database, cast: Cast) => Work> = {
  'feed, anonymous': read(
    `${clip} WHERE v.published_at <= ? ORDER BY v.published_at DESC LIMIT 30`,
    () => [top],
  ),
  'feed, logged in': read(
    `${seenClip} WHERE v.published_at <= ?2 ORDER BY v.published_at DESC LIMIT 30`,
    ({ viewers, moments }, at) => [of(viewers, at).id, at % 2 ? of(moments, at) : top],
  ),
  user: read(
    `${seenUser} FROM users u JOIN user_counts uc ON uc.user_id = u.id WHERE u.id = ?2`,
    ({ viewers, users }, at) => [of(viewers, at).id, of(users, at)],
  ),
  'publish list': read(
    `${seenClip} WHERE v.author_id = ?2 ORDER BY v.id DESC`,
    ({ viewers, authors }, at) => [of(viewers, at).id, of(authors, at)],
  ),
  'favorite list': read(
    `${seenClip} JOIN favorites l ON l.video_id = v.id WHERE l.user_id = ?2 ORDER BY l.created_at DESC, l.video_id DESC`,
    ({ viewers, fans }, at) => [of(viewers, at).id, of(fans, at)],
  ),
  'comment list': read(
    `${seenUser}, c.id, c.content, c.created_at FROM comments c JOIN users u ON u.id = c.user_id JOIN user_counts uc ON uc.user_id = u.id WHERE c.video_id = ?2 ORDER BY c.id DESC`,
    ({ viewers, discussed }, at) => [of(viewers, at).id, of(discussed, at)],
  ),
  'follow list': read(
    `${seenUser} FROM follows f JOIN users u ON u.id = f.to_user_id JOIN user_counts uc ON uc.user_id = u.id WHERE f.user_id = ?2 ORDER BY f.created_at DESC, f.to_user_id DESC`,
    ({ viewers, followers }, at) => [of(viewers, at).id, of(followers, at)],
  ),
  'follower list': read(
    `${seenUser} FROM follows f JOIN users u ON u.id = f.user_id JOIN user_counts uc ON uc.user_id = u.id WHERE f.to_user_id = ?2 ORDER BY f.created_at DESC, f.user_id DESC`,
    ({ viewers, popular }, at) => [of(viewers, at).id, of(popular, at).id],
  ),
  'friend list': read(
    `${seenUser}, m.content, m.from_user_id FROM follows f JOIN users u ON u.id = f.user_id JOIN user_counts uc ON uc.user_id = u.id
     LEFT JOIN conversations t ON t.low = min(?1, u.id) AND t.high = max(?1, u.id)
     LEFT JOIN messages m ON m.id = t.last_message_id
     WHERE f.to_user_id = ?1`,
    ({ popular }, at) => [of(popular, at).id],
  ),
  'chat poll': read(
    'SELECT last_created_at FROM conversations WHERE low = min(?1, ?2) AND high = max(?1, ?2)',
    ({ talks }, at) => [of(talks, at).viewer.id, of(talks, at).peerId],
  ),
}

const top = Number.MAX_SAFE_INTEGER
const of = <T>(list: readonly T[], at: number): T => list[at % list.length]!

function read(sql: string, values: (cast: Cast, at: number) => number[]) {
  return (database: Database, cast: Cast): Work => {
    const statement = database.prepare(sql)
    return (at) => void statement.values(...values(cast, at))
  }
}
