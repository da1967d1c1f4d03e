import type { Command } from 'commander'
import type { Report } from '../../src/store/user.ts'
import { openExisting } from '../lib/open.ts'
import { note, print, printJson } from '../lib/output.ts'
import { type Column, table } from '../lib/table.ts'
import { formatTime, isoTime } from '../lib/text.ts'

/** `douyin reports list`. */
export async function listReports(
  options: { all?: true; limit: number; json?: true },
  command: Command,
): Promise<void> {
  const { all = false } = options
  const limit = options.limit || Number.MAX_SAFE_INTEGER - 1
  await using store = openExisting(command)
  // One more than asked for, to know whether there are more.
  const found = await store.reports.list({ all, limit: limit + 1 })
  const shown = found.slice(0, limit)
  if (options.json) return printJson(shown.map(reportJson))
  if (shown.length === 0) return note(all ? 'No reports yet.' : 'No report is open.')
  print(table(all ? [...columns, resolved] : columns, shown))
  if (found.length > limit) note(`The oldest ${limit}; --limit 0 shows all.`)
}

const reportJson = ({ targetId, createdAt, resolvedAt, target, ...report }: Report) => ({
  ...report,
  target_id: targetId,
  target: target && { user_id: target.userId, user_name: target.userName, text: target.text },
  created_at: isoTime(createdAt),
  resolved_at: resolvedAt === null ? null : isoTime(resolvedAt),
})

const columns: readonly Column<Report>[] = [
  { title: 'ID', align: 'right', text: ({ id }) => String(id) },
  { title: 'WHAT', text: ({ kind, targetId }) => `${kind} ${targetId}` },
  { title: 'TEXT', width: 32, text: ({ target }) => target?.text ?? '(gone)' },
  { title: 'OF', width: 16, text: ({ target }) => target?.userName ?? '' },
  { title: 'REASON', width: 40, text: ({ reason }) => reason },
  { title: 'REPORTED BY', width: 16, text: ({ reporter }) => reporter.name },
  { title: 'REPORTED', text: ({ createdAt }) => formatTime(createdAt) },
]

const resolved: Column<Report> = {
  title: 'RESOLVED',
  text: ({ resolvedAt }) => (resolvedAt === null ? '' : formatTime(resolvedAt)),
}
