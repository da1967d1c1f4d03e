import { eq, sql } from 'drizzle-orm'
import type { Message } from '../../message.ts'
import type { Seeding } from '../../seeding.ts'
import { type Written, written } from '../commit/group-commit.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { videos } from '../engine/schema.ts'
import { createCommentInsert } from './comments.ts'
import { createLike } from './favorites.ts'
import { createMediaQueries } from './media/media.ts'
import { createRead } from './message/read.ts'
import { createSend } from './message/send.ts'
import { createFollow } from './relations.ts'
import { createNameSearch, createUserInsert } from './users.ts'
import { createVideoInsert } from './videos.ts'

const p = sql.placeholder

/** Port `Seeding`: the writes of all others, many in one commit and at times of the caller's choice. */
export function createSeeding(context: QueryContext): Seeding {
  const { db, commitAlone } = context
  const media = createMediaQueries(context)
  const insertUser = createUserInsert(db)
  const insertVideo = createVideoInsert(db)
  const like = createLike(db)
  const comment = createCommentInsert(db)
  const follow = createFollow(db)
  const send = createSend(db)
  const read = createRead(db)
  const idOf = createNameSearch(db)
  const published = db
    .select({ id: videos.id })
    .from(videos)
    .where(eq(videos.publishedAt, p('at')))
    .prepare()

  const readAll = ({ fromUserId, toUserId, id }: Message) => {
    while (read(fromUserId, toUserId, id).isMore);
  }

  const freeName = (wanted: string): string => {
    let name = wanted
    for (let number = 2; idOf(name) !== null; number++) name = `${wanted}${number}`
    return name
  }

  /** Does all of it in one commit; resolves with the results in the order of what was given. */
  const each = <G, R>(given: readonly G[], write: (one: G) => Written<R>): Promise<R[]> =>
    commitAlone(() => {
      const all = given.map(write)
      return {
        result: all.map(({ result }) => result),
        changes: all.flatMap(({ changes }) => changes),
      }
    })

  return {
    users: (given) =>
      each(given, (user) => written(insertUser({ ...user, name: freeName(user.name) }))),

    media: (found) =>
      commitAlone(() => {
        const { kept, changes } = media.keep({ ...found, job: null }, 0)
        return written(kept.id, ...changes)
      }),

    videos(given) {
      let at = 0
      return each(given, ({ publishedAt, ...video }) => {
        at = Math.max(publishedAt, at + 1)
        while (published.get({ at })) at++
        return insertVideo({ ...video, createdAt: at, publishedAt: at })
      })
    },

    async favorites(given) {
      await each(given, ({ createdAt: at, ...one }) => like({ ...one, on: true, at }))
    },
    async comments(given) {
      await each(given, ({ createdAt: at, ...one }) => comment({ ...one, at }))
    },
    async follows(given) {
      await each(given, ({ createdAt: at, ...one }) => follow({ ...one, on: true, at }))
    },

    async messages(given) {
      const sent = await each(given, ({ createdAt: at, ...one }) =>
        send({ ...one, clientId: null, at }),
      )
      // What somebody wrote is read by themselves, and so is all before it.
      await each(lastOfEach(sent.flatMap((one) => one?.message ?? [])), (message) =>
        written(readAll(message)),
      )
    },
  }
}

/** The last message of each person to each other. */
function lastOfEach(messages: readonly Message[]): Message[] {
  const last = new Map(messages.map((one) => [`${one.fromUserId} ${one.toUserId}`, one]))
  return [...last.values()]
}
