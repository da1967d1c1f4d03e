import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite'
import { type BunSQLiteDatabase, drizzle } from 'drizzle-orm/bun-sqlite'

/**
 * The database as queries see it: each statement is bound to reading or to writing when it is
 * prepared, and SQLite itself says which of the two it is. What is bound to writing runs within a
 * commit or not at all, so nothing is ever written past the group commit.
 */
export interface Handle {
  /** drizzle's queries. `select` reads; the others write. */
  readonly select: BunSQLiteDatabase['select']
  readonly insert: BunSQLiteDatabase['insert']
  readonly update: BunSQLiteDatabase['update']
  readonly delete: BunSQLiteDatabase['delete']
  /** A statement that reads, in SQL. @throws Error if it would write */
  read<Row = unknown, Params extends Bindings = []>(sql: string): ReadStatement<Row, Params>
  /** A statement that writes, in SQL. @throws Error if it only reads; when run outside of a commit */
  write<Params extends Bindings = [], Row = never>(sql: string): WriteStatement<Params, Row>
  /** How many writing statements have run to their end, for whoever wants to know whether any has. */
  readonly writesRun: number
  /** How many rows they have changed; many a statement finds none that it is about. */
  readonly rowsChanged: number
}

type Bindings = SQLQueryBindings | SQLQueryBindings[]
type Arguments<P extends Bindings> = P extends unknown[] ? P : [P]

export interface ReadStatement<Row, Params extends Bindings> {
  get(...params: Arguments<Params>): Row | null
  all(...params: Arguments<Params>): Row[]
}

export interface WriteStatement<Params extends Bindings, Row> {
  run(...params: Arguments<Params>): { changes: number; lastInsertRowid: number | bigint }
  get(...params: Arguments<Params>): Row | null
  all(...params: Arguments<Params>): Row[]
}

/** Binds the statements of one open database. */
export function createHandle(database: Database): Handle {
  let writesRun = 0

  const read = (sql: string): Statement<unknown, SQLQueryBindings[]> => {
    const statement = database.prepare<unknown, SQLQueryBindings[]>(sql)
    if (!statement.readonly) throw new Error(`a statement that was to read would write: ${sql}`)
    return statement
  }

  const write = (sql: string) => {
    const statement = database.prepare<unknown, SQLQueryBindings[]>(sql)
    if (statement.readonly) throw new Error(`a statement that was to write only reads: ${sql}`)
    const within =
      <T>(run: (...params: SQLQueryBindings[]) => T) =>
      (...params: SQLQueryBindings[]): T => {
        if (!database.inTransaction) throw new Error(`a write outside of a commit: ${sql}`)
        const result = run(...params)
        writesRun++
        return result
      }
    return {
      run: within((...params) => statement.run(...params)),
      get: within((...params) => statement.get(...params)),
      all: within((...params) => statement.all(...params)),
      values: within((...params) => statement.values(...params)),
    }
  }

  const total = database.prepare<{ rows: number }, []>('SELECT total_changes() AS rows')
  // All that drizzle asks of a client is to prepare.
  const drizzled = (prepare: (sql: string) => unknown) => drizzle({ prepare } as never as Database)
  const reader = drizzled(read)
  const writer = drizzled(write)
  return {
    select: reader.select.bind(reader) as BunSQLiteDatabase['select'],
    insert: writer.insert.bind(writer),
    update: writer.update.bind(writer),
    delete: writer.delete.bind(writer),
    read: read as never,
    write: write as never,
    get writesRun() {
      return writesRun
    },
    get rowsChanged() {
      return total.get()?.rows ?? 0
    },
  }
}
