import { expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { openDatabase } from '../../src/store/sqlite/engine/open.ts'
import { withDatabasePath } from '../support/temporary-directory.ts'

const reserveOf = (path: string) => path.replace(/db$/, 'reserve')
const open = (path: string) => openDatabase(path).close()

test('a database has a reserve of 1 MB beside it, which stays as it is', () =>
  withDatabasePath((path) => {
    open(path)
    const made = readFileSync(reserveOf(path))
    expect(made.length).toBe(1 << 20)
    open(path)
    expect(readFileSync(reserveOf(path)).equals(made)).toBe(true)
  }))

test('the smaller one of an older version is made larger', () =>
  withDatabasePath((path) => {
    writeFileSync(reserveOf(path), new Uint8Array(1 << 19))
    open(path)
    expect(readFileSync(reserveOf(path)).length).toBe(1 << 20)
  }))
