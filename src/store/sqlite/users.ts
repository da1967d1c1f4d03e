import { asc, desc, eq, like, sql } from 'drizzle-orm'
import { AppError } from '../../errors.ts'
import type { Users } from '../user.ts'
import type { Engine } from './engine.ts'
import { users } from './schema.ts'

/** The queries of port `Users`. */
export function createUsers({ db, commit, commitChecked, records, now }: Engine): Users {
  const p = sql.placeholder
  const insert = db
    .insert(users)
    .values({
      name: p('name'),
      passwordHash: p('passwordHash'),
      signature: p('signature'),
      createdAt: p('now'),
      lastSeenAt: p('now'),
    })
    .returning({ id: users.id })
    .prepare()
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
    async create({ name, passwordHash, signature = '' }) {
      const id = await commit(() => {
        if (idOf.get({ name })) throw new AppError('name_taken')
        return insert.get({ name, passwordHash, signature, now: now() }).id
      })
      return records.user(id)!
    },

    byId: (id) => records.user(id),

    byName(name) {
      const row = idOf.get({ name })
      return row ? records.user(row.id) : null
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
        .where(search === '' ? undefined : like(users.name, sql`${pattern} escape '\\'`))
        .orderBy(order, asc(users.id))
        .limit(limit)
        .all()
      return records.users(rows.map((row) => row.id))
    },

    seen: (id, at) =>
      commitChecked(() => {
        seen.run({ id, at })
        records.dropUser(id)
      }),
  }
}

const columns = {
  id: users.id,
  name: users.name,
  works: users.workCount,
  likes: users.totalFavorited,
  followers: users.followerCount,
  created: users.createdAt,
  seen: users.lastSeenAt,
}
