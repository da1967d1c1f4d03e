import { asc, desc, eq, like, sql } from 'drizzle-orm'
import { AppError } from '../../../errors.ts'
import type { User, Users } from '../../user.ts'
import { written } from '../commit/group-commit.ts'
import type { Handle } from '../engine/handle.ts'
import { params } from '../engine/params.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { userCounts, users } from '../engine/schema.ts'
import { createSessionInsert } from './sessions.ts'

const p = sql.placeholder

/** The queries of port `Users`. */
export function createUsers({ db, commit, caches, now }: QueryContext): Users {
  const insert = createUserInsert(db)
  const insertSession = createSessionInsert(db)
  const idOf = db
    .select({ id: users.id })
    .from(users)
    .where(eq(users.name, p('name')))
    .prepare()
  const credentials = db
    .select({
      id: users.id,
      passwordHash: users.passwordHash,
      disabled: sql<boolean>`${users.disabledAt} is not null`.mapWith(Boolean),
    })
    .from(users)
    .where(eq(users.name, p('name')))
    .prepare()
  const seen = db
    .update(users)
    .set({ lastSeenAt: sql`max(${users.lastSeenAt}, ${p('at')})` })
    .where(eq(users.id, p('id')))
    .prepare()

  return {
    async create({ name, passwordHash, signature = '', session }) {
      const id = await commit(() => {
        if (idOf.get({ name })) throw new AppError('name_taken')
        const createdAt = now()
        const id = insert({ name, passwordHash, signature, createdAt, lastSeenAt: createdAt })
        if (session) insertSession({ ...session, userId: id })
        return written(id)
      })
      return (await caches.records.user(id)) as User
    },

    byId: (id) => caches.records.user(id),

    byName(name) {
      const row = idOf.get({ name })
      return row ? caches.records.user(row.id) : null
    },

    async credentials(name) {
      return credentials.get({ name }) ?? null
    },

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

    seen: (id, at) =>
      commit(() => {
        seen.run({ id, at })
        return written(undefined, { type: 'user', id })
      }),
  }
}

/** Stores a user with all counts at zero, within a commit; returns the id. */
export function createUserInsert(
  db: Handle,
): (user: Omit<typeof users.$inferInsert, 'id'>) => number {
  const insert = db
    .insert(users)
    .values(params('name', 'passwordHash', 'signature', 'createdAt', 'lastSeenAt'))
    .returning({ userId: users.id })
    .prepare()
  const insertCounts = db.insert(userCounts).values(params('userId')).prepare()
  return (user) => {
    const row = insert.get(user)
    insertCounts.run(row)
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
