import { written } from '../commit/group-commit.ts'
import type { QueryContext } from '../engine/query-context.ts'
import { type Findings, maxExamples } from './findings.ts'
import { rowsPerStep } from './within.ts'

interface Reference {
  readonly child: string
  readonly column: string
  readonly parent: string
  readonly target: string
}

/** What is no foreign key, because it has no index (see migrations/0004_messages.sql, 0016_notice_log.sql). */
const undeclared = [
  ['messages', 'from_user_id'],
  ['messages', 'to_user_id'],
  ['notices', 'user_id'],
].map(([child = '', column = '']): Reference => ({ child, column, parent: 'users', target: 'id' }))

/**
 * Finds rows whose foreign keys lead nowhere, as the schema itself declares them. They are removed as
 * the keys would have done it (ON DELETE CASCADE).
 */
export async function checkReferences(
  engine: QueryContext,
  fix: boolean,
  findings: Findings,
): Promise<void> {
  const references = engine.db.read<Reference>(
    `SELECT t.name AS child, k."from" AS "column", k."table" AS parent, k."to" AS target
     FROM sqlite_schema t, pragma_foreign_key_list(t.name) k WHERE t.type = 'table'`,
  )
  for (const reference of [...references.all(), ...undeclared]) {
    await checkReference(engine, reference, fix, findings)
  }
}

async function checkReference(
  { db, commitAlone }: QueryContext,
  { child, column, parent, target }: Reference,
  fix: boolean,
  findings: Findings,
): Promise<void> {
  const where = `${child}.${column} IS NOT NULL AND NOT EXISTS
    (SELECT 1 FROM ${parent} AS parent WHERE parent.${target} = ${child}.${column})`
  const amount =
    db.read<{ amount: number }>(`SELECT count(*) AS amount FROM ${child} WHERE ${where}`).get()
      ?.amount ?? 0
  if (amount === 0) return
  const keys = db
    .read<{ name: string }, [string]>(
      'SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk',
    )
    .all(child)
    .map(({ name }) => name)
    .join(', ')
  const examples = db
    .read<{ row: string }>(
      `SELECT concat_ws(' ', ${keys}) AS row FROM ${child} WHERE ${where} LIMIT ${maxExamples}`,
    )
    .all()
  for (const [at, { row }] of examples.entries()) {
    findings.add(`${child} of no ${parent}`, row, at === 0 ? amount - examples.length + 1 : 1)
  }
  if (!fix) return
  const removeSome = db.write(
    `DELETE FROM ${child} WHERE (${keys}) IN
       (SELECT ${keys} FROM ${child} WHERE ${where} LIMIT ${rowsPerStep})`,
  )
  while ((await commitAlone(() => written(removeSome.run().changes))) > 0);
}
