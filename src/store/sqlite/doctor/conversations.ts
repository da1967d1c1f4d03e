import type { Engine } from '../engine/engine.ts'
import type { Findings } from './findings.ts'
import { rowsPerStep, within } from './within.ts'

type Pair = { low: number; high: number }
type Side = { userId: number; peerId: number }
type Summary = { lastId: number; lastAt: number; unread: number }

/** Holds the summaries of conversations in `threads` against the messages themselves. */
export async function checkConversations(
  engine: Engine,
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
function createPairCheck({ db }: Engine, fix: boolean, findings: Findings) {
  const pairs = db.read<Pair & { lastId: number; lastAt: number }, Pair>(
    `SELECT low, high, max(id) AS lastId, max(created_at) AS lastAt FROM messages
     WHERE (low, high) > ($low, $high) GROUP BY low, high ORDER BY low, high LIMIT ${rowsPerStep}`,
  )
  const summary = db.read<Summary & { readAt: number }, Side>(
    `SELECT last_message_id AS lastId, last_created_at AS lastAt, unread, read_at AS readAt
     FROM threads WHERE user_id = $userId AND peer_id = $peerId`,
  )
  const countUnread = db.read<{ unread: number }, Pair & { readAt: number; peerId: number }>(
    `SELECT count(*) AS unread FROM messages
     WHERE low = $low AND high = $high AND created_at > $readAt AND from_user_id = $peerId`,
  )
  const correct = db.write<Side & Summary>(
    `INSERT INTO threads (user_id, peer_id, last_message_id, last_created_at, unread)
     VALUES ($userId, $peerId, $lastId, $lastAt, $unread)
     ON CONFLICT DO UPDATE SET last_message_id = excluded.last_message_id,
       last_created_at = excluded.last_created_at, unread = excluded.unread`,
  )
  return (after: Pair): Pair | null => {
    const found = pairs.all(after)
    for (const { low, high, lastId, lastAt } of found) {
      for (const side of [
        { userId: low, peerId: high },
        { userId: high, peerId: low },
      ]) {
        const shown = summary.get(side)
        const range = { low, high, readAt: shown?.readAt ?? 0, peerId: side.peerId }
        const unread = countUnread.get(range)?.unread ?? 0
        if (shown?.lastId === lastId && shown.lastAt === lastAt && shown.unread === unread) continue
        findings.add('wrong threads', `${side.userId} with ${side.peerId}`)
        if (fix) correct.run({ ...side, lastId, lastAt, unread })
      }
    }
    const last = found.at(-1)
    return last ? { low: last.low, high: last.high } : null
  }
}

async function checkEmpty(engine: Engine, fix: boolean, findings: Findings): Promise<void> {
  const { db } = engine
  const noMessages = `NOT EXISTS (SELECT 1 FROM messages
    WHERE low = min(user_id, peer_id) AND high = max(user_id, peer_id))`
  const find = db.read<Side>(
    `SELECT user_id AS userId, peer_id AS peerId FROM threads WHERE ${noMessages}`,
  )
  const remove = db.write(`DELETE FROM threads WHERE ${noMessages}`)
  await within(engine, fix, () => {
    const found = find.all()
    for (const { userId, peerId } of found) {
      findings.add('threads without messages', `${userId} with ${peerId}`)
    }
    if (fix && found.length > 0) remove.run()
  })
}
