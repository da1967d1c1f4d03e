import { and, asc, desc, eq, like, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import { nameKey } from '../../../lib/text/name-key.ts'
import type { User, Users } from '../../user.ts'
import { written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import { params } from '../engine/params.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { userCounts, users } from '../engine/schema.ts'
import { top } from '../loaders/cursor.ts'
import { isValid, useUp } from './account/invites.ts'
import { createSeen } from './account/seen.ts'
import { createUserUpdate } from './account/update.ts'
import { matchOf } from './search/grams.ts'
import { createNameIndex, createSearch } from './search/search.ts'
import { createSessionInsert } from './sessions.ts'

const p = sql.placeholder

/** The queries of port `Users`. */
export function createUsers(engine: QueryContext): Users {
  const { db, commit, caches, now } = engine
  const insert = createUserInsert(db)
  const insertSession = createSessionInsert(db)
  const idOf = createNameSearch(db)
  const credentials = db
    .select({
      id: users.id,
      name: users.name,
      passwordHash: users.passwordHash,
      disabled: sql<boolean>`${users.disabledAt} is not null`.mapWith(Boolean),
    })
    .from(users)
    .where(eq(users.id, p('id')))
    .prepare()
  const namesakes = db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.nameKey, p('key')))
    .orderBy(asc(users.id))
    .limit(maxNamesakes)
    .prepare()
  const rehash = db
    .update(users)
    .set({ passwordHash: sql`${p('after')}` })
    .where(and(eq(users.id, p('id')), eq(users.passwordHash, p('before'))))
    .prepare()
  const seen = createSeen(db)
  const search = createSearch(db, 'user')

  return {
    ...createUserUpdate(engine, idOf),

    async create({ name, passwordHash, signature = '', session, invite }) {
      const id = await commit(() => {
        if (idOf(name) !== null) throw new AppError('name_taken')
        const createdAt = now()
        if (invite !== undefined && !isValid(db, invite, createdAt)) {
          throw new AppError('invite_invalid')
        }
        const id = insert({ name, passwordHash, signature, createdAt, lastSeenAt: createdAt })
        if (session) insertSession({ ...session, userId: id })
        if (invite !== undefined) useUp(db, invite)
        return written(id)
      })
      return (await caches.records.user(id)) as User
    },

    byId: (id) => caches.records.user(id),

    byName(name) {
      const id = idOf(name)
      return id === null ? null : caches.records.user(id)
    },

    async namesakes(name) {
      return caches.records.users(namesakes.all({ key: nameKey(name) }).map(({ id }) => id))
    },

    async search(keyword, { cursor, limit }) {
      const exact = idOf(keyword)
      // It leads the first page and is left out of where it would be.
      const isFirst = exact !== null && cursor === null
      const rest = { cursor: cursor ?? (isFirst ? String(top) : null), limit: limit - +isFirst }
      const found =
        rest.limit > 0 ? await search(matchOf(keyword), rest) : { ids: [], next: rest.cursor }
      const others = found.ids.filter((id) => id !== exact)
      const items = await caches.records.users(isFirst ? [exact, ...others] : others)
      return { items, next: found.next }
    },

    async credentials(name) {
      const id = idOf(name)
      return id === null ? null : (credentials.get({ id }) ?? null)
    },

    rehash: (id, before, after) =>
      commit(() => {
        rehash.run({ id, before, after })
        return written(undefined)
      }),

    async list({ sort, limit, search }) {
      const ascending = sort === 'id' || sort === 'name'
      const order = ascending ? asc(columns[sort]) : desc(columns[sort])
      const pattern = `%${search.replace(/[\\%_]/g, '\\$&')}%`
      const rows = db
        .select({ id: users.id })
        .from(users)
        .innerJoin(userCounts, eq(userCounts.userId, users.id))
        .where(search === '' ? undefined : like(users.name, sql`${pattern} escape '\\'`))
        .orderBy(order, asc(users.id))
        .limit(limit)
        .all()
      return caches.records.users(rows.map((row) => row.id))
    },

    seen: (id, at) => commit(() => written(undefined, seen(id, at))),
  }
}

/** Users of one key that are told apart; more than two were hardly ever possible. */
const maxNamesakes = 10

/**
 * Finds the id of a name: of the very same one, or else of the oldest user whose name has the same
 * key. Names that were taken before they had keys may share one.
 */
export function createNameSearch(db: Handle): (name: string) => number | null {
  const exact = db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.name, p('name')))
    .prepare()
  const alike = db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.nameKey, p('key')))
    .orderBy(asc(users.id))
    .limit(1)
    .prepare()
  return (name) => {
    const key = nameKey(name)
    return (exact.get({ name }) ?? (key === '' ? null : alike.get({ key })))?.id ?? null
  }
}

/** Stores a user with all counts at zero, within a commit; returns the id. */
export function createUserInsert(
  db: Handle,
): (user: Omit<typeof users.$inferInsert, 'id' | 'nameKey'>) => number {
  const insert = db
    .insert(users)
    .values(params('name', 'nameKey', 'passwordHash', 'signature', 'createdAt', 'lastSeenAt'))
    .returning({ userId: users.id })
    .prepare()
  const insertCounts = db.insert(userCounts).values(params('userId')).prepare()
  const index = createNameIndex(db)
  return (user) => {
    const row = insert.get({ ...user, nameKey: nameKey(user.name) })
    insertCounts.run(row)
    index(row.userId, user.name)
    return row.userId
  }
}

const columns = {
  id: users.id,
  name: users.name,
  works: userCounts.workCount,
  likes: userCounts.totalFavorited,
  followers: userCounts.followerCount,
  created: users.createdAt,
  seen: users.lastSeenAt,
}
