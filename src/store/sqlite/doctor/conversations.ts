import type { QueryContext } from '../engine/query-context.ts'
import type { Findings } from './findings.ts'
import { rowsPerStep, within } from './within.ts'

type Pair = { low: number; high: number }
type Summary = { lastId: number; lastAt: number; lowUnread: number; highUnread: number }

/** Holds the rows of `conversations` against the messages themselves. */
export async function checkConversations(
  context: QueryContext,
  fix: boolean,
  findings: Findings,
): Promise<void> {
  const { db } = context
  const counted = db.read<Pair & Summary & { isRight: number }, Pair>(
    `SELECT m.low, m.high, max(m.id) AS lastId, max(m.created_at) AS lastAt,
       count(*) FILTER (WHERE to_user_id = m.low AND id > coalesce(low_read_id, 0))
         AS lowUnread,
       count(*) FILTER (WHERE to_user_id = m.high AND id > coalesce(high_read_id, 0))
         AS highUnread,
       (max(m.id), max(m.created_at),
         count(*) FILTER (WHERE to_user_id = m.low AND id > low_read_id),
         count(*) FILTER (WHERE to_user_id = m.high AND id > high_read_id))
       IS (last_message_id, last_created_at, low_unread, high_unread) AS isRight
     FROM messages m LEFT JOIN conversations c ON c.low = m.low AND c.high = m.high
     WHERE (m.low, m.high) > ($low, $high)
     GROUP BY m.low, m.high ORDER BY m.low, m.high LIMIT ${rowsPerStep}`,
  )
  const correct = db.write<Pair & Summary>(
    `INSERT INTO conversations
       (low, high, last_message_id, last_created_at, low_unread, high_unread)
     VALUES ($low, $high, $lastId, $lastAt, $lowUnread, $highUnread)
     ON CONFLICT DO UPDATE SET last_message_id = excluded.last_message_id,
       last_created_at = excluded.last_created_at, low_unread = excluded.low_unread,
       high_unread = excluded.high_unread`,
  )
  for (let after: Pair | undefined = { low: 0, high: 0 }; after; ) {
    const { low, high }: Pair = after
    after = await within(context, fix, () => {
      const rows = counted.all({ low, high })
      for (const { isRight, ...row } of rows) {
        if (isRight) continue
        findings.add('wrong conversations', `${row.low} with ${row.high}`)
        if (fix) correct.run(row)
      }
      return rows.at(-1)
    })
  }
  await checkEmpty(context, fix, findings)
}

async function checkEmpty(context: QueryContext, fix: boolean, findings: Findings): Promise<void> {
  const { db } = context
  const noMessages = `NOT EXISTS (SELECT 1 FROM messages
    WHERE messages.low = conversations.low AND messages.high = conversations.high)`
  const find = db.read<Pair>(`SELECT low, high FROM conversations WHERE ${noMessages}`)
  const remove = db.write(`DELETE FROM conversations WHERE ${noMessages}`)
  await within(context, fix, () => {
    const found = find.all()
    for (const { low, high } of found) {
      findings.add('conversations without messages', `${low} with ${high}`)
    }
    if (fix && found.length > 0) remove.run()
  })
}
