import { Database } from 'bun:sqlite'
import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { createRecorder, type Recorder } from '../../src/store/sqlite/recorder.ts'

let opened: Database
let recorder: Recorder
let count: (id: number, change: readonly [number, number]) => void
let write: (at: number, user: number) => void

beforeEach(() => {
  opened = new Database(':memory:')
  opened.run('CREATE TABLE users (id INTEGER PRIMARY KEY, n INTEGER CHECK (n < 1000000))')
  opened.run('CREATE TABLE threads (user_id REFERENCES users ON DELETE CASCADE, at INTEGER)')
  opened.run('CREATE TABLE rows (x)')
  opened.run('PRAGMA foreign_keys = ON')
  opened.run(`WITH RECURSIVE ids (id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM ids WHERE id < 9000)
    INSERT INTO users SELECT id, 0 FROM ids`)
  recorder = createRecorder(opened)
  count = recorder.tally<readonly [number, number]>(
    'UPDATE users SET n = n + ? WHERE id = ?',
    (a, b) => [a[0] + b[0], a[1]],
  )
  write = (at, user) => thread(user, [user, at])
  const thread = recorder.tally<readonly [number, number]>(
    'INSERT INTO threads VALUES (?, ?)',
    (_, b) => b,
  )
})
afterEach(() => opened.close())

const inFile = (id = 1) =>
  opened.query<{ n: number }, [number]>('SELECT n FROM users WHERE id = ?').get(id)?.n

describe('a tally', () => {
  test('adds up, and is written for whoever looks at its table, and for nobody else', () => {
    const rows = recorder.database.prepare('SELECT * FROM rows')
    const add = recorder.database.prepare('INSERT INTO rows VALUES (1)')
    const read = recorder.database.prepare<{ n: number }, []>('SELECT n FROM users WHERE id = 1')
    for (let at = 0; at < 5; at++) count(1, [2, 1])
    count(2, [7, 2])
    rows.all()
    add.run()
    expect([inFile(1), inFile(2)]).toEqual([0, 0])
    expect(read.get()?.n).toBe(10)
    expect([inFile(1), inFile(2)]).toEqual([10, 7])
    expect(read.get()?.n).toBe(10)
  })

  test('is noted each time, so that each batch can be done again without the others', () => {
    count(1, [2, 1])
    const first = recorder.take()
    count(1, [3, 1])
    const second = recorder.take()
    expect(
      [first, second].map(([text, values]) => [recorder.textOf(text as number), values]),
    ).toEqual([
      ['UPDATE users SET n = n + ? WHERE id = ?', [2, 1]],
      ['UPDATE users SET n = n + ? WHERE id = ?', [3, 1]],
    ])
    recorder.flush()
    expect(inFile()).toBe(5)
  })

  test('is not looked at by who said so', () => {
    const read = recorder.prepareUncounted<{ id: number }, []>('SELECT id FROM users WHERE id = 1')
    count(1, [2, 1])
    expect(read.get()?.id).toBe(1)
    expect(inFile()).toBe(0)
  })

  test('is written before rows are removed that it may refer to', () => {
    write(5, 1)
    recorder.database.prepare('DELETE FROM users WHERE id = ?').run(1)
    recorder.flush()
    expect(opened.query('SELECT * FROM threads').all()).toEqual([])
  })

  test('of many rows is written in part, so that the last one who looks waits for few', () => {
    for (let id = 1; id <= 9_000; id++) count(id, [1, id])
    recorder.take()
    const written = opened.query<{ n: number }, []>('SELECT sum(n) AS n FROM users').get()!.n
    expect(written).toBeGreaterThan(4_000)
    expect(written).toBeLessThan(9_000)
    recorder.flush()
    expect(opened.query<{ n: number }, []>('SELECT sum(n) AS n FROM users').get()!.n).toBe(9_000)
  })

  test('that cannot be written says so to everybody who looks, until all is taken back', () => {
    const read = recorder.database.prepare<{ n: number }, []>('SELECT n FROM users WHERE id = 3')
    count(3, [10_000_000, 3])
    count(4, [1, 4])
    expect(() => read.get()).toThrow('CHECK')
    expect(recorder.isBroken).toBe(true)
    expect(() => read.get()).toThrow('could not be written')
    expect(() => recorder.flush()).toThrow('could not be written')
    recorder.forget()
    expect(recorder.isBroken).toBe(false)
    expect(read.get()?.n).toBe(0)
    expect(inFile(4)).toBe(0)
  })

  test('has to be of a table that is known for its counts', () => {
    expect(() => recorder.tally('UPDATE rows SET x = ?', (a) => a)).toThrow('no table of counts')
  })
})
