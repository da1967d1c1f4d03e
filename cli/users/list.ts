import type { Command } from 'commander'
import type { Store } from '../../src/store/store.ts'
import type { User } from '../../src/store/user.ts'
import { openExisting } from '../lib/open.ts'
import { note, print, printJson } from '../lib/output.ts'
import { type Column, table } from '../lib/table.ts'
import { formatTime } from '../lib/text.ts'
import { userJson } from './json.ts'

type Query = Parameters<Store['users']['list']>[0]

/** `douyin users list`. */
export async function listUsers(
  options: Omit<Query, 'search'> & { search?: string; json?: true },
  command: Command,
): Promise<void> {
  const { sort, search = '' } = options
  const limit = options.limit || Number.MAX_SAFE_INTEGER - 1
  await using store = openExisting(command)
  // One more than asked for, to know whether there are more.
  const found = await store.users.list({ sort, search, limit: limit + 1 })
  const shown = found.slice(0, limit)
  if (options.json) return printJson(shown.map(userJson))
  if (shown.length === 0) return note(search === '' ? 'No users yet.' : `No name has '${search}'.`)
  print(table(columns, shown))
  if (found.length > limit) note(`The first ${limit}; --limit 0 shows all.`)
}

const columns: readonly Column<User>[] = [
  { title: 'ID', align: 'right', text: (user) => String(user.id) },
  { title: 'NAME', text: (user) => user.name },
  { title: 'WORKS', align: 'right', text: (user) => String(user.workCount) },
  { title: 'LIKES', align: 'right', text: (user) => String(user.totalFavorited) },
  { title: 'FOLLOWERS', align: 'right', text: (user) => String(user.followerCount) },
  { title: 'CREATED', text: (user) => formatTime(user.createdAt) },
  { title: 'LAST SEEN', text: (user) => formatTime(user.lastSeenAt) },
]
