import { Database } from 'bun:sqlite'
import { expect } from 'bun:test'
import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { createDiskBlobs } from '../../../src/blob/disk.ts'
import type { Finding } from '../../../src/store/checks.ts'
import { createSqliteStore } from '../../../src/store/sqlite/engine/create.ts'
import { unownedFiles } from '../../../src/video/files.ts'
import { program, run } from '../spawn.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { until } from '../until.ts'
import type { Deed, Entry } from './writers.ts'

/**
 * What of the acknowledged deeds is not in a data directory, and what of the refused ones is;
 * nothing, if all is well. What nobody answered may be there or not.
 * @param until counts as answered only what was heard by then, Unix ms
 */
export function wrongs(data: string, entries: readonly Entry[], until = Infinity): string[] {
  const database = new Database(join(data, 'douyin.db'))
  try {
    const count = queries(database)
    const found: string[] = []
    const switches = new Map<string, Switch>()
    for (const entry of entries) {
      const { deed, heard, refusedAt } = entry
      const acknowledged = heard !== null && heard <= until
      const refused = refusedAt !== undefined && refusedAt <= until
      if (deed.kind === 'like' || deed.kind === 'follow') {
        const other = deed.kind === 'like' ? deed.videoId : deed.toUserId
        const key = `${deed.kind} ${deed.userId} ${other}`
        const { may } = switches.get(key) ?? { may: new Set([false]) }
        if (acknowledged) may.clear()
        if (!refused) may.add(deed.on)
        switches.set(key, { deed, may })
      } else if (acknowledged && count(deed, entry.id) !== 1) {
        found.push(`lost: ${JSON.stringify(entry)}`)
      } else if (refused && count(deed) !== 0) {
        found.push(`refused, and there: ${JSON.stringify(entry)}`)
      }
    }
    for (const { deed, may } of switches.values()) {
      const on = count(deed) === 1
      if (!may.has(on))
        found.push(`${on ? 'on' : 'off'}, and should not be: ${JSON.stringify(deed)}`)
    }
    return found
  } finally {
    database.close()
  }
}

/** Whether the database file alone, without its log, has what was answered. */
export function isComplete(data: string, entries: readonly Entry[]): boolean {
  const { path, clean } = temporaryDirectory()
  try {
    copyFileSync(join(data, 'douyin.db'), join(path, 'douyin.db'))
    return wrongs(path, entries).length === 0
  } catch {
    // Copied while it was written.
    return false
  } finally {
    clean()
  }
}

/** Waits until the database file alone is complete; looks seldom, as that takes a while. */
export const completed = (data: string, entries: readonly Entry[]): Promise<void> =>
  until(async () => {
    if (isComplete(data, entries)) return true
    await Bun.sleep(100)
    return false
  })

/** Something that is on or off, and which of the two it may be after all that was answered. */
interface Switch {
  readonly deed: Deed
  readonly may: Set<boolean>
}

/** How often a deed is there; of one that was acknowledged with an id, under that. */
function queries(database: Database): (deed: Deed, id?: number) => number {
  const ask = (sql: string) => {
    const statement = database.query<{ amount: number }, (string | number | null)[]>(
      `SELECT count(*) AS amount FROM ${sql}`,
    )
    return (...values: (string | number | null)[]) => statement.get(...values)?.amount ?? 0
  }
  const user = ask(
    `users WHERE name = ?1 AND (?2 IS NULL OR id = ?2
       AND EXISTS (SELECT 1 FROM sessions WHERE user_id = ?2))`,
  )
  const video = ask('videos WHERE author_id = ? AND title = ?')
  const comment = ask(
    'comments WHERE user_id = ?1 AND video_id = ?2 AND content = ?3 AND (?4 IS NULL OR id = ?4)',
  )
  // By their conversation: without an index each of thousands would look at all of them.
  const message = ask(
    `messages WHERE low = min(?1, ?2) AND high = max(?1, ?2)
       AND from_user_id = ?1 AND to_user_id = ?2 AND content = ?3`,
  )
  const like = ask('favorites WHERE user_id = ? AND video_id = ?')
  const follow = ask('follows WHERE user_id = ? AND to_user_id = ?')
  return (deed, id) => {
    switch (deed.kind) {
      case 'register':
        return user(deed.name, id ?? null)
      case 'publish':
        return video(deed.userId, deed.title)
      case 'comment':
        return comment(deed.userId, deed.videoId, deed.content, id ?? null)
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
 * What the doctor finds in a data directory: damage, orphans, wrong counts, rows without files; and
 * files without rows, unless a server is still to sweep them.
 */
export async function ailments(data: string, swept: boolean): Promise<string[]> {
  const { stdout, stderr } = await run([...program, 'doctor', '--json', '--data', data])
  if (stdout === '') return [stderr]
  const { left } = JSON.parse(stdout) as { left: Finding[] }
  return left
    .filter(({ what }) => swept || what !== 'files without a row')
    .map(({ what, rows, examples }) => `${what}: ${rows} (${examples.join('; ')})`)
}

/** Waits until a server has swept a directory, so that no file in it is without a row. */
export async function healed(data: string): Promise<void> {
  const store = createSqliteStore(join(data, 'douyin.db'))
  const blobs = createDiskBlobs(data)
  try {
    const left = () => Array.fromAsync(unownedFiles({ store, blobs }, Infinity))
    for (let n = 0; n < 100 && (await left()).length > 0; n++) await Bun.sleep(50)
    expect(await left()).toEqual([])
  } finally {
    await store.close()
  }
}
