import type { SQLQueryBindings, Statement } from 'bun:sqlite'
import type { Values } from './recorder.ts'

/**
 * Prepares a change that may wait, since changes of one row can be added up: a count of a thousand
 * likes is written once. The answer is told the row and what the statement is to be bound to; `add`
 * makes one of two.
 */
export type Tally = <V extends Values>(
  text: string,
  add: (before: V, more: V) => V,
) => (key: Key, values: V) => void

/** What tells a row from others of its table. */
type Key = number | string

/** What waits to be written. Whoever looks at its tables has it written before. */
export interface Tallies {
  /** Takes a statement in; the answer tells of a change. */
  add<V extends Values>(
    text: string,
    statement: Statement<unknown, SQLQueryBindings[]>,
    add: (before: V, more: V) => V,
  ): (key: Key, values: V) => void
  /**
   * What a statement is to call before it is run, null if it looks at nothing that is counted.
   * @param writes what it writes may take rows along, by foreign keys
   */
  lookFor(text: string, writes: boolean): (() => void) | null
  /** Writes all. @throws SQLiteError, and then again and again until it is told to forget */
  flush(): void
  /** Writes some if they are too many. @throws as `flush` */
  bound(): void
  /** Writes some, and answers whether few are left. @throws as `flush` */
  lighten(): boolean
  forget(): void
  readonly isBroken: boolean
}

interface Kind {
  readonly table: string
  readonly statement: Statement<unknown, SQLQueryBindings[]>
  readonly waiting: Map<Key, Values>
}

/** Tables with counts in them. */
const counted = ['users', 'videos', 'threads']

/** Rows of one kind that may wait, 0.2 KB each: bounds how long one waits who wants to look. */
const most = 4_096

/** Rows that are written without a pause where nobody waits for them: some 2 ms. */
const few = 512

/** Starts with nothing that waits. */
export function createTallies(): Tallies {
  const kinds: Kind[] = []
  let isBroken = false

  /** Writes the first rows of a kind. */
  const write = ({ statement, waiting }: Kind, amount: number) => {
    let left = amount
    try {
      if (isBroken) throw new Error('a count could not be written')
      for (const [key, values] of waiting) {
        if (left-- === 0) break
        statement.run(...values)
        waiting.delete(key)
      }
    } catch (error) {
      isBroken = true
      throw error
    }
  }

  const flushAll = (some: readonly Kind[]) => {
    for (const kind of some) if (kind.waiting.size > 0) write(kind, kind.waiting.size)
  }

  return {
    add(text, statement, add) {
      const table = /^(?:update|insert into) (\w+)/i.exec(text)?.[1] ?? ''
      if (!counted.includes(table)) throw new Error(`no table of counts: ${text}`)
      const waiting = new Map<Key, Values>()
      kinds.push({ table, statement, waiting })
      return (key, values) => {
        const before = waiting.get(key)
        waiting.set(key, before ? add(before as typeof values, values) : values)
      }
    },

    lookFor(text, writes) {
      const tables = counted.filter((table) => new RegExp(`\\b${table}\\b`, 'i').test(text))
      if (tables.length === 0) return null
      if (writes) return () => flushAll(kinds)
      return () => {
        for (const kind of kinds) {
          if (kind.waiting.size > 0 && tables.includes(kind.table)) write(kind, kind.waiting.size)
        }
      }
    },

    flush: () => flushAll(kinds),

    bound() {
      for (const kind of kinds) {
        const excess = kind.waiting.size - most
        if (excess > 0) write(kind, excess + few / 2)
      }
    },

    lighten() {
      let left = few
      for (const kind of kinds) {
        const amount = Math.min(left, kind.waiting.size)
        if (amount > 0) write(kind, amount)
        left -= amount
      }
      return kinds.reduce((sum, { waiting }) => sum + waiting.size, 0) <= few
    },

    forget() {
      for (const { waiting } of kinds) waiting.clear()
      isBroken = false
    },

    get isBroken() {
      return isBroken
    },
  }
}
