import { Database } from 'bun:sqlite'
import { copyFileSync, existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import { redoOf } from '../../src/store/sqlite/catch-up.ts'
import { openDatabase } from '../../src/store/sqlite/open.ts'
import { createReplay } from '../../src/store/sqlite/replay.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** The files of a database as they are now, elsewhere: what a process leaves that is killed. */
export function killed(path: string): { path: string; clean: () => void } {
  const { path: directory, clean } = temporaryDirectory()
  for (const suffix of ['', '-wal', '-redo']) {
    const file = `${path}${suffix}`
    if (existsSync(file)) copyFileSync(file, join(directory, basename(file)))
  }
  return { path: join(directory, basename(path)), clean }
}

/** Whether everything acknowledged is committed, so that others see it. */
export function isSettled(path: string): boolean {
  const database = new Database(path, { readonly: true })
  const log = redoOf(database, path, false)
  try {
    const last = log?.read().at(-1)?.number ?? 0
    return createReplay(database).applied() >= last
  } finally {
    log?.close()
    database.close()
  }
}

/** Every row of every table, `redo` aside, once the database is open and caught up. */
export function rowsOf(path: string): Record<string, unknown[]> {
  const database = openDatabase(path)
  try {
    return rowsIn(database)
  } finally {
    database.close()
  }
}

export function rowsIn(database: Database): Record<string, unknown[]> {
  const tables = database
    .query<{ name: string }, []>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'redo'",
    )
    .all()
  return Object.fromEntries(
    tables.map(({ name }) => [name, database.query(`SELECT * FROM ${name}`).all()]),
  )
}

/** The rows that are committed, as any other process reads them. */
export function committedIn(path: string): Record<string, unknown[]> {
  const database = new Database(path, { readonly: true })
  try {
    return rowsIn(database)
  } finally {
    database.close()
  }
}
