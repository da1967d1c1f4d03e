import type { Notice, Notices } from '../../../relation.ts'
import { written } from '../../commit/group-commit.ts'
import type { QueryContext } from '../../engine/query-context.ts'
import { idOf, top } from '../../loaders/cursor.ts'
import { kinds } from './add.ts'
import { createGapClosing, createWalk, type Gap, type Link } from './chain.ts'

const names = Object.keys(kinds) as Notice['kind'][]

/** Links that are read in one turn, some 2 ms. */
const linksOfTurn = 1_000

/** Empty links that one request takes out at most: bounds how long others wait for its commit. */
const maxEmpty = 1_000

interface Found {
  readonly notices: readonly Link[]
  readonly gaps: readonly Gap[]
}

interface State {
  readonly newestId: number
  readonly readId: number
  readonly unread: number
}

/** The queries of port `Notices`: see migrations/0016_notice_log.sql. */
export function createNotices(context: QueryContext): Notices {
  const { db, commit, caches, turn } = context
  const walk = createWalk(db)
  const closeGaps = createGapClosing(context)
  const stateOf = db.read<State, number>(
    `SELECT newest_notice_id AS newestId, read_notice_id AS readId, unread_notices AS unread
     FROM user_counts WHERE user_id = ?`,
  )
  const link = db.read<{ previousId: number; isNotice: 0 | 1 }, [number, number]>(
    'SELECT previous_id AS previousId, kind > 0 AS isNotice FROM notices WHERE id = ? AND user_id = ?',
  )
  const mark = db.write<[number, number, number]>(
    'UPDATE user_counts SET read_notice_id = ?, unread_notices = ? WHERE user_id = ?',
  )

  const state = (userId: number): State =>
    stateOf.get(userId) ?? { newestId: 0, readId: 0, unread: 0 }

  /** What follows a link of a user's chain; the newest one after 0. */
  const nextOf = (userId: number, id: number): number =>
    id === 0 ? state(userId).newestId : (link.get(id, userId)?.previousId ?? 0)

  /** Notices before one, newest first, and the gaps between them. */
  const readSome = async (userId: number, before: number, limit: number): Promise<Found> => {
    const notices: Link[] = []
    // Behind one that is gone by now is what has a lesser id.
    let newerId = link.get(before, userId) ? before : 0
    const gaps = createGaps(newerId)
    let next = nextOf(userId, newerId)
    for (let amount = limit; next > 0 && notices.length < limit; amount = linksOfTurn) {
      const links = walk.all(next, amount)
      if (links.length === 0) {
        // In a file whose links are broken the list ends here, until doctor mends it.
        if (nextOf(userId, newerId) === next) return { notices, gaps: [] }
        // Another request took out the link that was to be the next, between two turns.
        return readSome(userId, before, limit)
      }
      for (const one of links) {
        gaps.passed(one)
        newerId = one.id
        next = one.previousId
        if (one.kind > 0 && one.id < before) notices.push(one)
        if (notices.length === limit) break
      }
      if (notices.length < limit && next > 0) await turn(userId)
    }
    return { notices, gaps: gaps.found }
  }

  /** An id that is of a link of the user's, or beyond the newest; else that of the notice before it. */
  const atOrBefore = async (userId: number, id: number): Promise<number> => {
    const { newestId, readId } = state(userId)
    if (id >= newestId || id <= readId || link.get(id, userId)) return id
    return (await readSome(userId, id, 1)).notices[0]?.id ?? 0
  }

  /** How many are unread when those up to one are read: counted from the nearer end. */
  const unreadAfter = (userId: number, upToId: number): number => {
    const { newestId, readId, unread } = state(userId)
    let [above, newer] = [newestId, 0]
    let [below, older] = [upToId, 0]
    while (above > upToId && below > readId) {
      const [one, other] = [link.get(above, userId), link.get(below, userId)]
      newer += one?.isNotice ?? 0
      older += other?.isNotice ?? 0
      above = one?.previousId ?? 0
      below = other?.previousId ?? 0
    }
    return above <= upToId ? newer : unread - older
  }

  return {
    async list(userId, { cursor, limit }) {
      // One more than is shown, so that the last page knows that it is the last.
      const before = idOf(cursor, top)
      const { notices, gaps } = await readSome(userId, before, limit + 1)
      // If it can't be done now, the next one to read finds the gaps again.
      if (gaps.length > 0) await closeGaps(userId, gaps).catch(() => null)
      const shown = notices.slice(0, limit)
      const [people, clips] = await Promise.all([
        caches.records.users(shown.map(({ actorId }) => actorId)),
        caches.records.clips(
          shown.filter(({ kind }) => kind !== kinds.follow).map((row) => row.objectId),
        ),
      ])
      const userOf = new Map(people.map((user) => [user.id, user]))
      const clipOf = new Map(clips.map((clip) => [clip.video.id, clip]))
      const items = shown.flatMap(
        ({ id, actorId, objectId, kind, createdAt, content }): Notice[] => {
          const user = userOf.get(actorId)
          const clip = kind === kinds.follow ? null : clipOf.get(objectId)
          const name = names[kind - 1]
          // What went between the two reads is no notice any more.
          return user && name && clip !== undefined
            ? [{ id, createdAt, content, kind: name, user, clip }]
            : []
        },
      )
      const last = shown.at(-1)
      return { items, next: notices.length > limit && last ? String(last.id) : null }
    },

    async unread(userId) {
      const { unread, readId } = state(userId)
      return { unread, readId }
    },

    async read(userId, upToId = top) {
      const lastId = await atOrBefore(userId, upToId)
      await commit(() => {
        const { newestId, readId } = state(userId)
        // Never beyond the newest: what comes after it must be unread.
        if (lastId >= newestId) mark.run(newestId, 0, userId)
        else if (lastId > readId && link.get(lastId, userId)) {
          mark.run(lastId, unreadAfter(userId, lastId), userId)
        }
        return written(undefined)
      })
    },
  }
}

/** Gathers the gaps that a walk passes, from the link behind which it begins; 0 is the start. */
function createGaps(startId: number) {
  const found: Gap[] = []
  let open: Gap | null = null
  let newerId = startId
  let left = maxEmpty
  return {
    found: found as readonly Gap[],
    passed({ id, kind, previousId }: Link) {
      if (kind > 0 || left-- <= 0) {
        open = null
        newerId = id
        return
      }
      if (open === null) {
        open = { newerId, emptyIds: [], olderId: 0 }
        found.push(open)
      }
      open.emptyIds.push(id)
      open.olderId = previousId
    },
  }
}
