import type { QueryContext } from '../engine/query-context.ts'
import { grams, tagsOf } from '../queries/search/grams.ts'
import { createNameIndex, createTitleIndex } from '../queries/search/search.ts'
import type { Findings } from './findings.ts'
import { rowsPerStep, within } from './within.ts'

/** A row with what the search has of it, null if it has nothing. */
interface Indexed {
  readonly id: number
  readonly text: string
  readonly words: string | null
  readonly tags: string | null
}

/** Each table that is searched, and the one that has its words. Raw SQL: drizzle knows no full text. */
const kinds = {
  user: {
    rows: `SELECT users.id, users.name AS text, user_search.name AS words, '' AS tags
      FROM users LEFT JOIN user_search ON user_search.rowid = users.id
      WHERE users.removing_at IS NULL AND users.id > ? ORDER BY users.id LIMIT ${rowsPerStep}`,
    wordsOf: (text: string) => [grams(text), ''],
  },
  video: {
    rows: `SELECT videos.id, videos.title AS text, video_search.title AS words, video_search.tags
      FROM videos LEFT JOIN video_search ON video_search.rowid = videos.id
      WHERE videos.id > ? ORDER BY videos.id LIMIT ${rowsPerStep}`,
    wordsOf: (text: string) => [grams(text), tagsOf(text)],
  },
} as const

/** Holds what can be searched against names and titles: a fix indexes them anew. */
export async function checkSearch(
  engine: QueryContext,
  fix: boolean,
  findings: Findings,
): Promise<void> {
  await checkIndex(engine, 'user', createNameIndex(engine.db), fix, findings)
  await checkIndex(engine, 'video', createTitleIndex(engine.db), fix, findings)
}

async function checkIndex(
  engine: QueryContext,
  kind: keyof typeof kinds,
  add: (id: number, text: string) => void,
  fix: boolean,
  findings: Findings,
): Promise<void> {
  const { db } = engine
  const { rows, wordsOf } = kinds[kind]
  const some = db.read<Indexed, [number]>(rows)
  const remove = db.write<[number]>(`DELETE FROM ${kind}_search WHERE rowid = ?`)
  for (let after: number | undefined = 0; after !== undefined; ) {
    const from: number = after
    after = await within(engine, fix, () => {
      const found = some.all(from)
      for (const { id, text, words, tags } of found) {
        const [right, rightTags] = wordsOf(text)
        if (words === right && tags === rightTags) continue
        findings.add(`${kind}s that searching finds wrongly or not at all`, `${id}`)
        if (!fix) continue
        remove.run(id)
        add(id, text)
      }
      return found.at(-1)?.id
    })
  }
  const strays = db.read<{ id: number }>(
    `SELECT rowid AS id FROM ${kind}_search
     WHERE NOT EXISTS (SELECT 1 FROM ${kind}s WHERE ${kind}s.id = ${kind}_search.rowid)
     LIMIT ${rowsPerStep}`,
  )
  for (let left = rowsPerStep; left === rowsPerStep; ) {
    left = await within(engine, fix, () => {
      const found = strays.all()
      for (const { id } of found) {
        findings.add(`words of no ${kind} in the search`, `${id}`)
        if (fix) remove.run(id)
      }
      return fix ? found.length : 0
    })
  }
}
