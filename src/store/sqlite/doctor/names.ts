import type { QueryContext } from '../engine/query-context.ts'
import type { Findings } from './findings.ts'

/** Finds the groups of users whose names were taken before they were compared as equal. */
export function checkNames({ db }: QueryContext, findings: Findings): void {
  // Raw SQL: drizzle has no group_concat.
  const alike = db.read<{ names: string }>(
    `SELECT group_concat(name || ' (' || id || ')', ', ' ORDER BY id) AS names
     FROM users GROUP BY name_key HAVING count(*) > 1 ORDER BY min(id)`,
  )
  for (const { names } of alike.all()) findings.add('names that are compared as equal', names)
}
