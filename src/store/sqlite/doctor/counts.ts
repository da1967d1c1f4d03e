import type { QueryContext } from '../engine/query-context.ts'
import type { Findings } from './findings.ts'
import { rowsPerStep, within } from './within.ts'

/** What each count column counts, for the row of its own table. */
const tables = {
  user_counts: {
    parent: 'users',
    key: 'user_id',
    counts: {
      follow_count: 'SELECT count(*) FROM follows WHERE user_id = user_counts.user_id',
      follower_count: 'SELECT count(*) FROM follows WHERE to_user_id = user_counts.user_id',
      work_count: `SELECT count(*) FROM videos
        WHERE author_id = user_counts.user_id AND published_at IS NOT NULL`,
      favorite_count: 'SELECT count(*) FROM favorites WHERE user_id = user_counts.user_id',
      total_favorited: `SELECT count(*) FROM videos v JOIN favorites f ON f.video_id = v.id
        WHERE v.author_id = user_counts.user_id`,
    },
  },
  video_counts: {
    parent: 'videos',
    key: 'video_id',
    counts: {
      favorite_count: 'SELECT count(*) FROM favorites WHERE video_id = video_counts.video_id',
      comment_count: 'SELECT count(*) FROM comments WHERE video_id = video_counts.video_id',
    },
  },
} as const

type Range = { after: number; upTo: number }

/** Goes through every count, and puts right what is wrong if told to. */
export async function checkCounts(
  engine: QueryContext,
  fix: boolean,
  findings: Findings,
): Promise<void> {
  for (const table of ['user_counts', 'video_counts'] as const) {
    await checkMissing(engine, table, fix, findings)
    await checkTable(engine, table, fix, findings)
  }
}

/** Every user and every video has a row of counts. */
async function checkMissing(
  engine: QueryContext,
  table: keyof typeof tables,
  fix: boolean,
  findings: Findings,
): Promise<void> {
  const { db } = engine
  const { parent, key } = tables[table]
  const missing = `SELECT id FROM ${parent}
    WHERE NOT EXISTS (SELECT 1 FROM ${table} WHERE ${key} = ${parent}.id)`
  const find = db.read<{ id: number }>(missing)
  const add = db.write(`INSERT INTO ${table} (${key}) ${missing}`)
  await within(engine, fix, () => {
    const rows = find.all()
    for (const { id } of rows) findings.add(`missing ${table}`, `${id}`)
    if (fix && rows.length > 0) add.run()
  })
}

async function checkTable(
  engine: QueryContext,
  table: keyof typeof tables,
  fix: boolean,
  findings: Findings,
): Promise<void> {
  const { db } = engine
  const { key, counts } = tables[table]
  const last = db.read<{ id: number | null }, [number]>(
    `SELECT max(${key}) AS id FROM
       (SELECT ${key} FROM ${table} WHERE ${key} > ? ORDER BY ${key} LIMIT ${rowsPerStep})`,
  )
  const columns = Object.entries(counts).map(([column, query]) => {
    const wrong = `${key} > $after AND ${key} <= $upTo AND ${column} <> (${query})`
    return {
      column,
      find: db.read<{ id: number; shown: number; counted: number }, Range>(
        `SELECT ${key} AS id, ${column} AS shown, (${query}) AS counted FROM ${table} WHERE ${wrong}`,
      ),
      correct: db.write<Range>(`UPDATE ${table} SET ${column} = (${query}) WHERE ${wrong}`),
    }
  })
  for (let after = 0; ; ) {
    const upTo = last.get(after)?.id
    if (!upTo) return
    const range = { after, upTo }
    await within(engine, fix, () => {
      for (const { column, find, correct } of columns) {
        const wrong = find.all(range)
        for (const { id, shown, counted } of wrong) {
          findings.add(`wrong ${table}.${column}`, `${id} shows ${shown}, has ${counted}`)
        }
        if (fix && wrong.length > 0) correct.run(range)
      }
    })
    after = upTo
  }
}
