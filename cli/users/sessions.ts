import type { Command } from 'commander'
import type { Session } from '../../src/store/session.ts'
import { openExisting } from '../lib/open.ts'
import { note, print, printJson } from '../lib/output.ts'
import { type Column, table } from '../lib/table.ts'
import { clean, formatTime, isoTime, plural } from '../lib/text.ts'
import { findExactly, findUser } from './find.ts'

/** `douyin users sessions`: lists the sessions of a user, or ends them. */
export async function showSessions(
  who: string,
  options: { revoke?: true; json?: true },
  command: Command,
): Promise<void> {
  await using store = openExisting(command)
  const user = await (options.revoke ? findExactly : findUser)(store, who)
  if (options.revoke) {
    const ended = await store.accounts.endSessions(user.id)
    if (options.json) return printJson({ id: user.id, ended })
    return print(`Ended ${plural(ended, 'session')} of ${clean(user.name)}.`)
  }
  const sessions = await store.sessions.ofUser(user.id)
  if (options.json) return printJson(sessions.map(sessionJson))
  if (sessions.length === 0) return note(`${clean(user.name)} has no sessions.`)
  print(table(sessionColumns, sessions))
}

/** The times of a session, without anything of its token. */
export const sessionJson = (session: Session) => ({
  created_at: isoTime(session.createdAt),
  last_used_at: isoTime(session.lastUsedAt),
  expires_at: isoTime(session.expiresAt),
})

export const sessionColumns: readonly Column<Session>[] = [
  { title: 'LOGGED IN', text: (session) => formatTime(session.createdAt) },
  { title: 'LAST USED', text: (session) => formatTime(session.lastUsedAt) },
  { title: 'EXPIRES', text: (session) => formatTime(session.expiresAt) },
]
