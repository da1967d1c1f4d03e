import type { QueryContext } from '../engine/query-context.ts'
import type { Findings } from './findings.ts'
import { within } from './within.ts'

/** What each notice names as the one before it. */
const before = `SELECT id AS noticeId, lag(id, 1, 0) OVER (PARTITION BY user_id ORDER BY id) AS beforeId
  FROM notices`

/** What each user's counts say of the user's notices. */
const counted = `SELECT user_counts.user_id AS userId, coalesce(max(id), 0) AS newestId,
    count(*) FILTER (WHERE kind > 0 AND id > read_notice_id) AS unread
  FROM user_counts LEFT JOIN notices ON notices.user_id = user_counts.user_id GROUP BY 1`

/** Holds the links between notices, and how many are unread, against the notices themselves. */
export async function checkNotices(
  engine: QueryContext,
  fix: boolean,
  findings: Findings,
): Promise<void> {
  const { db } = engine
  const links = db.read<{ noticeId: number }>(
    `SELECT noticeId FROM (${before}) JOIN notices ON id = noticeId WHERE previous_id <> beforeId`,
  )
  const join = db.write(
    `UPDATE notices SET previous_id = beforeId FROM (${before})
     WHERE id = noticeId AND previous_id <> beforeId`,
  )
  const isWrong = 'user_id = userId AND (newest_notice_id, unread_notices) <> (newestId, unread)'
  const counts = db.read<{ userId: number }>(
    `SELECT userId FROM (${counted}) JOIN user_counts ON ${isWrong}`,
  )
  const correct = db.write(
    `UPDATE user_counts SET newest_notice_id = newestId, unread_notices = unread FROM (${counted})
     WHERE ${isWrong}`,
  )
  // All at once: there is no index by user, and a step for each would read all of them each time.
  await within(engine, fix, () => {
    const unlinked = links.all()
    for (const { noticeId } of unlinked) findings.add('wrong link of a notice', `${noticeId}`)
    const wrong = counts.all()
    for (const { userId } of wrong) findings.add('wrong user_counts of notices', `${userId}`)
    if (!fix) return
    if (unlinked.length > 0) join.run()
    if (wrong.length > 0) correct.run()
  })
}
