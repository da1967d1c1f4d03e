import type { Command } from 'commander'
import type { User } from '../../src/store/store.ts'
import { Failure } from '../failure.ts'
import { type Column, moment, note, print, printJson, table } from '../ui.ts'
import type { ListOptions } from '../users.ts'
import { openExisting, userJson } from './open.ts'

/** `douyin users list`. */
export async function listUsers(options: ListOptions, command: Command): Promise<void> {
  const { sort, search = '' } = options
  const limit = limitOf(options.limit)
  const store = openExisting(command)
  try {
    // One more than asked for, to know whether there are more.
    const found = await store.users.list({ sort, search, limit: limit + 1 })
    const shown = found.slice(0, limit)
    if (options.json) return printJson(shown.map(userJson))
    if (shown.length === 0)
      return note(search === '' ? 'No users yet.' : `No user has '${search}'.`)
    print(table(columns, shown))
    if (found.length > limit) note(`The first ${limit}; --limit 0 shows all.`)
  } finally {
    await store.close()
  }
}

const columns: readonly Column<User>[] = [
  { title: 'ID', align: 'right', text: (user) => String(user.id) },
  { title: 'NAME', text: (user) => user.name },
  { title: 'WORKS', align: 'right', text: (user) => String(user.workCount) },
  { title: 'LIKES', align: 'right', text: (user) => String(user.totalFavorited) },
  { title: 'FOLLOWERS', align: 'right', text: (user) => String(user.followerCount) },
  { title: 'CREATED', text: (user) => moment(user.createdAt) },
  { title: 'LAST SEEN', text: (user) => moment(user.lastSeenAt) },
]

function limitOf(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Failure(`--limit: '${text}' is not a whole number.`, 2)
  return Number(text) || Number.MAX_SAFE_INTEGER - 1
}
