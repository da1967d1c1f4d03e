import { and, asc, eq, gt, isNotNull, isNull, or, sql } from 'drizzle-orm'
import { AppError } from '../../../../errors.ts'
import { nameKey } from '../../../../lib/text/name-key.ts'
import type { Users } from '../../../user.ts'
import { written } from '../../commit/group-commit.ts'
import type { QueryContext } from '../../engine/query-context.ts'
import { users } from '../../engine/schema.ts'
import { createNameIndex } from '../search/search.ts'

const p = sql.placeholder

/** How users change what they show of themselves, and the pictures of all. */
export function createUserUpdate(
  { db, commit }: Pick<QueryContext, 'db' | 'commit'>,
  /** Whose name it is, or one that is compared as equal. */
  idOf: (name: string) => number | null,
): Pick<Users, 'update' | 'picturesAfter'> {
  const { name, avatar, background, signature } = users
  const shown = { name, avatar, background, signature }
  const find = db
    .select(shown)
    .from(users)
    .where(and(eq(users.id, p('id')), isNull(users.removingAt)))
    .prepare()
  const change = db
    .update(users)
    .set({
      avatar: sql`${p('avatar')}`,
      background: sql`${p('background')}`,
      signature: sql`${p('signature')}`,
    })
    .where(eq(users.id, p('id')))
    .prepare()
  const rename = db
    .update(users)
    .set({ name: sql`${p('name')}`, nameKey: sql`${p('nameKey')}` })
    .where(eq(users.id, p('id')))
    .prepare()
  const index = createNameIndex(db)
  const pictures = db
    .select({ id: users.id, avatar: users.avatar, background: users.background })
    .from(users)
    .where(
      and(gt(users.id, p('afterId')), or(isNotNull(users.avatar), isNotNull(users.background))),
    )
    .orderBy(asc(users.id))
    .limit(p('limit'))
    .prepare()

  return {
    update: (id, changes) =>
      commit(() => {
        const before = find.get({ id })
        if (!before) throw new AppError('user_not_found')
        const { name, ...now } = { ...before, ...changes }
        if (name !== before.name) {
          if ((idOf(name) ?? id) !== id) throw new AppError('name_taken')
          rename.run({ id, name, nameKey: nameKey(name) })
          index(id, name)
        }
        change.run({ id, ...now })
        const left = [before.avatar, before.background].filter(
          (name) => name !== null && name !== now.avatar && name !== now.background,
        ) as string[]
        return written(left, { type: 'user', id })
      }),

    async picturesAfter(afterId, limit) {
      return pictures.all({ afterId, limit })
    },
  }
}
