import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { createSqliteStore } from '../../src/store/sqlite/create.ts'
import type { Store, User } from '../../src/store/store.ts'
import { Failure } from '../failure.ts'
import { readConfig } from '../settings.ts'

/** Opens the store of the data directory for a command that reads. @throws Failure if there is none */
export function openExisting(command: Command): Store {
  const { data } = readConfig(command)
  const path = join(data, 'douyin.db')
  if (!existsSync(path)) {
    throw new Failure(`There is no database in ${data}; --data names another directory.`)
  }
  return createSqliteStore(path)
}

/** A user as JSON for other programs: the names of the API, times as ISO 8601. */
export function userJson(user: User) {
  return {
    id: user.id,
    name: user.name,
    signature: user.signature,
    follow_count: user.followCount,
    follower_count: user.followerCount,
    work_count: user.workCount,
    favorite_count: user.favoriteCount,
    total_favorited: user.totalFavorited,
    created_at: iso(user.createdAt),
    last_seen_at: iso(user.lastSeenAt),
  }
}

export const iso = (at: number): string => new Date(at).toISOString()
