import { AppError, type ErrorCode, tooManyRequests } from '../../../errors.ts'
import type { Report, Reports } from '../../user.ts'
import { written } from '../commit/group-commit.ts'
import type { QueryContext } from '../engine/query-context.ts'

/** Open reports of one user at most: thousands of one account would bury those of all others. */
const maxOpen = 100

/** When somebody with too many may try again: the operator has other things to do. */
const waitMs = 60 * 60_000

/**
 * The queries of port `Reports`, prepared when they are asked for. Raw SQL: what is reported is in one
 * of three tables.
 */
export function createReports({ db, commit, now }: QueryContext): Reports {
  return {
    add: ({ kind, targetId, ...report }) =>
      commit(() => {
        if (!db.read<unknown, [number]>(exists[kind]).get(targetId))
          throw new AppError(absent[kind])
        const { reporterId } = report
        const isRepeated = db
          .read<unknown, [number, string, number]>(
            `SELECT 1 FROM reports
             WHERE reporter_id = ? AND kind = ? AND target_id = ? AND resolved_at IS NULL`,
          )
          .get(reporterId, kind, targetId)
        const open = db
          .read<unknown, [number, number]>(
            'SELECT 1 FROM reports WHERE reporter_id = ? AND resolved_at IS NULL LIMIT ?',
          )
          .all(reporterId, maxOpen)
        if (!isRepeated && open.length === maxOpen) throw tooManyRequests(waitMs)
        db.write<[number, string, number, string, number]>(
          `INSERT INTO reports (reporter_id, kind, target_id, reason, created_at)
           VALUES (?, ?, ?, ?, ?) ON CONFLICT (reporter_id, kind, target_id)
           DO UPDATE SET reason = excluded.reason, resolved_at = NULL`,
        ).run(reporterId, kind, targetId, report.reason, now())
        return written(undefined)
      }),

    async list({ all, limit }) {
      const rows = db.read<Row, { all: 0 | 1; limit: number }>(
        `SELECT r.id, r.kind, r.target_id AS targetId, r.reason, r.created_at AS createdAt,
           r.resolved_at AS resolvedAt, r.reporter_id AS reporterId, p.name AS reporterName,
           o.id AS userId, o.name AS userName, coalesce(v.title, c.content, o.name) AS text
         FROM reports AS r JOIN users AS p
           ON p.id = r.reporter_id AND p.removing_at IS NULL
         LEFT JOIN videos AS v ON r.kind = 'video' AND v.id = r.target_id
         LEFT JOIN comments AS c ON r.kind = 'comment' AND c.id = r.target_id
         LEFT JOIN users AS o
           ON o.id = coalesce(v.author_id, c.user_id, iif(r.kind = 'user', r.target_id, NULL))
           AND o.removing_at IS NULL
         WHERE $all = 1 OR r.resolved_at IS NULL ORDER BY r.id LIMIT $limit`,
      )
      return rows.all({ all: all ? 1 : 0, limit }).map(reportOf)
    },

    resolve: (id) =>
      commit(() => {
        const resolve = db.write<[number, number]>(
          'UPDATE reports SET resolved_at = coalesce(resolved_at, ?) WHERE id = ?',
        )
        return written(resolve.run(now(), id).changes > 0)
      }),
  }
}

const exists: Record<Report['kind'], string> = {
  video: 'SELECT 1 FROM videos WHERE id = ? AND published_at IS NOT NULL',
  comment: 'SELECT 1 FROM comments WHERE id = ?',
  user: 'SELECT 1 FROM users WHERE id = ? AND removing_at IS NULL',
}

const absent: Record<Report['kind'], ErrorCode> = {
  video: 'video_not_found',
  comment: 'comment_not_found',
  user: 'user_not_found',
}

interface Row extends Omit<Report, 'reporter' | 'target'> {
  readonly reporterId: number
  readonly reporterName: string
  readonly userId: number | null
  readonly userName: string
  readonly text: string
}

const reportOf = ({ reporterId, reporterName, userId, userName, text, ...row }: Row): Report => ({
  ...row,
  reporter: { id: reporterId, name: reporterName },
  target: userId === null ? null : { userId, userName, text },
})
