import type { Command } from 'commander'
import type { Session } from '../../src/store/session.ts'
import { openExisting } from '../open.ts'
import { type Column, clean, count, moment, note, print, printJson, table } from '../ui.ts'
import type { SessionsOptions } from '../users.ts'
import { findExactly, findUser } from './find.ts'
import { iso } from './json.ts'

/** `douyin users sessions`: where a user is logged in, or no more. */
export async function showSessions(
  who: string,
  options: SessionsOptions,
  command: Command,
): Promise<void> {
  await using store = openExisting(command)
  const user = await (options.revoke ? findExactly : findUser)(store, who)
  if (options.revoke) {
    const ended = await store.accounts.endSessions(user.id)
    if (options.json) return printJson({ id: user.id, ended })
    return print(`Ended ${count(ended, 'session')} of ${clean(user.name)}.`)
  }
  const sessions = await store.sessions.ofUser(user.id)
  if (options.json) return printJson(sessions.map(sessionJson))
  if (sessions.length === 0) return note(`${clean(user.name)} is logged in nowhere.`)
  print(table(sessionColumns, sessions))
}

/** The times of a session; what could name its token is nobody's business. */
export const sessionJson = (session: Session) => ({
  created_at: iso(session.createdAt),
  last_used_at: iso(session.lastUsedAt),
  expires_at: iso(session.expiresAt),
})

export const sessionColumns: readonly Column<Session>[] = [
  { title: 'LOGGED IN', text: (session) => moment(session.createdAt) },
  { title: 'LAST USED', text: (session) => moment(session.lastUsedAt) },
  { title: 'EXPIRES', text: (session) => moment(session.expiresAt) },
]
