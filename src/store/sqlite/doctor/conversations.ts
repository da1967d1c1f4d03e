import type { QueryContext } from '../engine/query-context.ts'
import type { Findings } from './findings.ts'
import { rowsPerStep, within } from './within.ts'

type Pair = { low: number; high: number }
type Summary = { lastId: number; lastAt: number; lowUnread: number; highUnread: number }

/** Holds the rows of `conversations` against the messages themselves. */
export async function checkConversations(
  engine: QueryContext,
  fix: boolean,
  findings: Findings,
): Promise<void> {
  const checkSome = createPairCheck(engine, fix, findings)
  for (let pair: Pair | null = { low: 0, high: 0 }; pair; ) {
    const after: Pair = pair
    pair = await within(engine, fix, () => checkSome(after))
  }
  await checkEmpty(engine, fix, findings)
}

/** Checks the conversations after a pair; returns the last of them, null if there are no more. */
function createPairCheck({ db }: QueryContext, fix: boolean, findings: Findings) {
  const pairs = db.read<Pair & { lastId: number; lastAt: number }, Pair>(
    `SELECT low, high, max(id) AS lastId, max(created_at) AS lastAt FROM messages
     WHERE (low, high) > ($low, $high) GROUP BY low, high ORDER BY low, high LIMIT ${rowsPerStep}`,
  )
  const shownOf = db.read<Summary & { lowReadAt: number; highReadAt: number }, Pair>(
    `SELECT last_message_id AS lastId, last_created_at AS lastAt, low_unread AS lowUnread,
       high_unread AS highUnread, low_read_at AS lowReadAt, high_read_at AS highReadAt
     FROM conversations WHERE low = $low AND high = $high`,
  )
  const countUnread = db.read<{ unread: number }, Pair & { readAt: number; fromUserId: number }>(
    `SELECT count(*) AS unread FROM messages
     WHERE low = $low AND high = $high AND created_at > $readAt AND from_user_id = $fromUserId`,
  )
  const correct = db.write<Pair & Summary>(
    `INSERT INTO conversations
       (low, high, last_message_id, last_created_at, low_unread, high_unread)
     VALUES ($low, $high, $lastId, $lastAt, $lowUnread, $highUnread)
     ON CONFLICT DO UPDATE SET last_message_id = excluded.last_message_id,
       last_created_at = excluded.last_created_at, low_unread = excluded.low_unread,
       high_unread = excluded.high_unread`,
  )
  return (after: Pair): Pair | null => {
    const found = pairs.all(after)
    for (const { low, high, lastId, lastAt } of found) {
      const shown = shownOf.get({ low, high })
      const unread = (fromUserId: number, readAt = 0) =>
        countUnread.get({ low, high, fromUserId, readAt })?.unread ?? 0
      const counted: Summary = {
        ...{ lastId, lastAt },
        lowUnread: unread(high, shown?.lowReadAt),
        highUnread: unread(low, shown?.highReadAt),
      }
      const isRight = (Object.keys(counted) as (keyof Summary)[]).every(
        (name) => shown?.[name] === counted[name],
      )
      if (isRight) continue
      findings.add('wrong conversations', `${low} with ${high}`)
      if (fix) correct.run({ low, high, ...counted })
    }
    const last = found.at(-1)
    return last ? { low: last.low, high: last.high } : null
  }
}

async function checkEmpty(engine: QueryContext, fix: boolean, findings: Findings): Promise<void> {
  const { db } = engine
  const noMessages = `NOT EXISTS (SELECT 1 FROM messages
    WHERE messages.low = conversations.low AND messages.high = conversations.high)`
  const find = db.read<Pair>(`SELECT low, high FROM conversations WHERE ${noMessages}`)
  const remove = db.write(`DELETE FROM conversations WHERE ${noMessages}`)
  await within(engine, fix, () => {
    const found = find.all()
    for (const { low, high } of found) {
      findings.add('conversations without messages', `${low} with ${high}`)
    }
    if (fix && found.length > 0) remove.run()
  })
}
