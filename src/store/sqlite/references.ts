import type { Tally } from './checks.ts'
import type { Engine } from './engine.ts'

interface Reference {
  readonly child: string
  readonly column: string
  readonly parent: string
  readonly target: string
}

/** Rows that are removed in one transaction. */
const step = 500

/**
 * Finds rows whose foreign keys lead nowhere, as the schema itself declares them. They are removed as
 * the keys would have done it (ON DELETE CASCADE).
 */
export function createReferences({
  raw,
  commit,
}: Engine): (fix: boolean, tally: Tally) => Promise<void> {
  const references = raw
    .prepare<Reference, []>(
      `SELECT t.name AS child, k."from" AS "column", k."table" AS parent, k."to" AS target
       FROM sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'`,
    )
    .all()
  const keysOf = (table: string) =>
    raw
      .prepare<{ name: string }, [string]>(
        'SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk',
      )
      .all(table)
      .map(({ name }) => name)

  const remove = async (table: string, where: string, what: string, fix: boolean, tally: Tally) => {
    const keys = keysOf(table).join(', ')
    const rows = raw.prepare<{ amount: number }, []>(
      `SELECT count(*) AS amount FROM ${table} WHERE ${where}`,
    )
    const some = raw.prepare<{ row: string }, []>(
      `SELECT concat_ws(' ', ${keys}) AS row FROM ${table} WHERE ${where} LIMIT 5`,
    )
    const amount = rows.get()?.amount ?? 0
    if (amount === 0) return
    const examples = some.all().map(({ row }) => row)
    for (const [at, example] of examples.entries()) {
      tally.add(what, example, at === 0 ? amount - examples.length + 1 : 1)
    }
    if (!fix) return
    const removeSome = raw.prepare(
      `DELETE FROM ${table} WHERE (${keys}) IN
         (SELECT ${keys} FROM ${table} WHERE ${where} LIMIT ${step})`,
    )
    while ((await commit(() => removeSome.run().changes)) > 0);
  }

  return async (fix, tally) => {
    for (const { child, column, parent, target } of references) {
      const where = `${child}.${column} IS NOT NULL AND NOT EXISTS
        (SELECT 1 FROM ${parent} AS parent WHERE parent.${target} = ${child}.${column})`
      await remove(child, where, `${child} of no ${parent}`, fix, tally)
    }
  }
}
