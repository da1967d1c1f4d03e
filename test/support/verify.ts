import { Database } from 'bun:sqlite'
import { join } from 'node:path'
import { createDiskBlobs } from '../../src/blob/disk.ts'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { missingFiles, unownedFiles } from '../../src/video/files.ts'
import type { Deed, Entry } from './writers.ts'

/**
 * What of the acknowledged deeds is not in a data directory; nothing, if all is well.
 * @param until counts as acknowledged only what was heard by then, Unix ms
 */
export function lost(data: string, entries: readonly Entry[], until = Infinity): string[] {
  const database = new Database(join(data, 'douyin.db'))
  try {
    const has = queries(database)
    const missing: string[] = []
    const latest = new Map<string, { entry: Entry; sure: boolean }>()
    for (const entry of entries) {
      const { deed, heard } = entry
      const acknowledged = heard !== null && heard <= until
      if (deed.kind === 'like' || deed.kind === 'follow') {
        const other = deed.kind === 'like' ? deed.videoId : deed.toUserId
        const key = `${deed.kind} ${deed.userId} ${other}`
        // A refusal changed nothing, but for those of which the server itself knows nothing.
        if (entry.refused && entry.refused < 9000) continue
        latest.set(key, { entry, sure: acknowledged })
      } else if (acknowledged && !has(deed, entry.id)) missing.push(JSON.stringify(entry))
    }
    for (const { entry, sure } of latest.values()) {
      const { deed } = entry
      if (!sure || (deed.kind !== 'like' && deed.kind !== 'follow')) continue
      if (has(deed) !== deed.on) missing.push(JSON.stringify(entry))
    }
    return missing
  } finally {
    database.close()
  }
}

function queries(database: Database): (deed: Deed, id?: number) => boolean {
  const ask = (sql: string) => {
    const statement = database.query<{ amount: number }, (string | number)[]>(
      `SELECT count(*) AS amount FROM ${sql}`,
    )
    return (...values: (string | number)[]) => statement.get(...values)!.amount === 1
  }
  const user = ask('users WHERE id = ? AND name = ?')
  const session = ask('(SELECT 1 FROM sessions WHERE user_id = ? LIMIT 1)')
  const video = ask('videos WHERE author_id = ? AND title = ?')
  const comment = ask('comments WHERE id = ? AND user_id = ? AND video_id = ? AND content = ?')
  const message = ask('messages WHERE from_user_id = ? AND to_user_id = ? AND content = ?')
  const like = ask('favorites WHERE user_id = ? AND video_id = ?')
  const follow = ask('follows WHERE user_id = ? AND to_user_id = ?')
  return (deed, id = 0) => {
    switch (deed.kind) {
      case 'register':
        return user(id, deed.name) && session(id)
      case 'publish':
        return video(deed.userId, deed.title)
      case 'comment':
        return comment(id, deed.userId, deed.videoId, deed.content)
      case 'message':
        return message(deed.userId, deed.toUserId, deed.content)
      case 'like':
        return like(deed.userId, deed.videoId)
      case 'follow':
        return follow(deed.userId, deed.toUserId)
    }
  }
}

/**
 * What the doctor finds in a directory that no server has: damage, orphans, wrong counts, rows
 * without files; and files without rows, unless a server is still to sweep them.
 */
export async function ailments(data: string, swept: boolean): Promise<string[]> {
  const store = createSqliteStore(join(data, 'douyin.db'))
  const blobs = createDiskBlobs(data)
  try {
    const found = [
      ...(await store.checks.integrity()),
      ...(await store.checks.references(false)),
      ...(await store.checks.counts(false)),
    ].map(({ what, rows, examples }) => `${what}: ${rows} (${examples.join('; ')})`)
    for await (const { name, media } of missingFiles({ store, blobs })) {
      found.push(`${media.state} media ${media.id} without ${name}`)
    }
    if (!swept) return found
    for await (const name of unownedFiles({ store, blobs }, Infinity)) found.push(`${name} of none`)
    return found
  } finally {
    await store.close()
  }
}

/** Waits until a server has swept a directory; what is left after that is a finding. */
export async function healed(data: string): Promise<void> {
  let left = await ailments(data, true)
  for (let n = 0; n < 100 && left.length > 0; n++) {
    await Bun.sleep(50)
    left = await ailments(data, true)
  }
  if (left.length > 0) throw new Error(left.join('\n'))
}
