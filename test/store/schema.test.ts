import type { Database } from 'bun:sqlite'
import { describe, expect, test } from 'bun:test'
import { is } from 'drizzle-orm'
import { getTableConfig, SQLiteTable } from 'drizzle-orm/sqlite-core'
import { openDatabase } from '../../src/store/sqlite/engine/open.ts'
import * as schema from '../../src/store/sqlite/engine/schema.ts'
import { migrations } from '../../src/store/sqlite/migrations/migrate.ts'
import { withDatabasePath } from '../support/temporary-directory.ts'

interface Column {
  name: string
  type: string
  notnull: number
  dflt_value: string | null
  pk: number
  hidden: number
}

const onDisk = (database: Database) =>
  database
    .query<{ name: string }, []>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '%_search%' ORDER BY name",
    )
    .all()
    .map(({ name }) => name)

const columnsOf = (database: Database, table: string) =>
  database.query<Column, [string]>('SELECT * FROM pragma_table_xinfo(?) ORDER BY name').all(table)

/** The sets of columns, sorted, that are unique in a table. */
const uniqueIn = (database: Database, table: string) =>
  database
    .query<{ name: string }, [string]>(
      `SELECT group_concat(c.name, ',' ORDER BY c.name) AS name
       FROM pragma_index_list(?) i JOIN pragma_index_info(i.name) c
       WHERE i.origin = 'u' GROUP BY i.name ORDER BY 1`,
    )
    .all(table)
    .map(({ name }) => name)

describe('schema', () => {
  const tables = Object.values(schema)
    .filter((value) => is(value, SQLiteTable))
    .map((table) => getTableConfig(table as SQLiteTable))

  // A column that only one of the two knows fails at the first query that needs it, in production.
  test('the tables that queries are made of are those that the migrations make', () =>
    withDatabasePath((path) => {
      const database = openDatabase(path)
      expect(tables.map(({ name }) => name).toSorted()).toEqual(onDisk(database))
      for (const table of tables) {
        const keys = new Set([
          ...table.columns.filter((column) => column.primary).map((column) => column.name),
          ...table.primaryKeys.flatMap((key) => key.columns.map((column) => column.name)),
        ])
        const drizzled = table.columns
          .map((column) => ({
            name: column.name,
            type: column.getSQLType().toUpperCase(),
            required: column.notNull || keys.has(column.name),
            value: column.default === undefined ? null : column.default,
            key: keys.has(column.name),
          }))
          .toSorted((a, b) => (a.name < b.name ? -1 : 1))
        const real = columnsOf(database, table.name).map((column) => ({
          name: column.name,
          type: column.type,
          required: column.notnull === 1 || column.pk > 0,
          value:
            column.dflt_value === null ? null : JSON.parse(column.dflt_value.replaceAll("'", '"')),
          key: column.pk > 0,
        }))
        expect({ [table.name]: drizzled }).toEqual({ [table.name]: real })
        const unique = [
          ...table.columns.filter((column) => column.isUnique).map((column) => column.name),
          ...table.uniqueConstraints.map((one) =>
            one.columns
              .map((column) => column.name)
              .toSorted()
              .join(','),
          ),
        ]
        expect({ [table.name]: unique.toSorted() }).toEqual({
          [table.name]: uniqueIn(database, table.name),
        })
      }
      database.close()
    }))

  test('every reference has a target, and an index to find the children of a row that goes', () =>
    withDatabasePath((path) => {
      const database = openDatabase(path)
      expect(database.query('PRAGMA foreign_key_check').all()).toEqual([])
      const scanned = onDisk(database).flatMap((table) =>
        database
          .query<{ from: string; table: string }, [string]>(
            'SELECT "from", "table" FROM pragma_foreign_key_list(?)',
          )
          .all(table)
          .filter(({ from }) => {
            const plan = database
              .query<{ detail: string }, []>(
                `EXPLAIN QUERY PLAN SELECT 1 FROM ${table} WHERE ${from} = 1`,
              )
              .all()
            return !plan[0]?.detail.startsWith('SEARCH')
          })
          .map(({ from }) => `${table}.${from}`),
      )
      expect(scanned).toEqual([])
      database.close()
    }))

  test('a database is opened the way our promises need it', () =>
    withDatabasePath((path) => {
      const database = openDatabase(path)
      const pragma = (name: string) =>
        Object.values(database.query(`PRAGMA ${name}`).get() as object)[0]
      expect({
        journal_mode: pragma('journal_mode'),
        synchronous: pragma('synchronous'),
        foreign_keys: pragma('foreign_keys'),
        user_version: pragma('user_version'),
        page_size: pragma('page_size'),
      }).toEqual({
        journal_mode: 'wal',
        // FULL: what was acknowledged survives a power cut.
        synchronous: 2,
        foreign_keys: 1,
        user_version: migrations.length,
        page_size: 2048,
      })
      database.close()
    }))
})
