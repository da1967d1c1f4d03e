import type { Database, SQLQueryBindings, Statement } from 'bun:sqlite'
import { createTallies, type Tally } from './tallies.ts'

/** What a statement was bound to. */
export type Values = readonly SQLQueryBindings[]

/** A database whose writing statements are noted, as text and values, so that they can be done again. */
export interface Recorder {
  /**
   * The same database. Statements prepared by it are noted when they have changed something, and see
   * what is told to a tally.
   */
  readonly database: Database
  /** Prepares a statement that only reads, and nothing that is counted. */
  readonly prepareUncounted: Database['prepare']
  readonly tally: Tally
  /** How much was noted since it was last taken. */
  readonly length: number
  /** Forgets what was noted after the first `length`. */
  truncate(length: number): void
  /**
   * Answers what was noted, the number of a text and its values in turn, and starts anew.
   * @throws SQLiteError, after which all is to be taken back
   */
  take(): (number | Values)[]
  /** The statement of a number. */
  textOf(number: number): string
  /** Writes what the tallies hold. @throws SQLiteError, after which all is to be taken back */
  flush(): void
  /** Writes some of it, and answers whether little is left. @throws as `flush` */
  lighten(): boolean
  /** Forgets what the tallies hold: the transaction was taken back. */
  forget(): void
  /** Whether a tally could not be written, and all is to be taken back. */
  readonly isBroken: boolean
}

/** Statements that change rows; none of ours begins with anything else. */
const writing = /^\s*(insert|update|delete)\b/i

/** Starts with nothing noted. */
export function createRecorder(database: Database): Recorder {
  const numbers = new Map<string, number>()
  const texts: string[] = []
  const tallies = createTallies()
  let noted: (number | Values)[] = []

  const numberOf = (text: string) => {
    const number = numbers.get(text) ?? texts.push(text) - 1
    numbers.set(text, number)
    return number
  }

  const prepare = (text: string) => {
    const statement = database.prepare<unknown, SQLQueryBindings[]>(text)
    const verb = writing.exec(text)?.[1]
    const look = tallies.lookFor(text, verb !== undefined)
    if (verb) return recorded(statement, numberOf(text), verb, look)
    return look ? looking(statement, look) : statement
  }

  const recorded = (
    statement: Statement<unknown, SQLQueryBindings[]>,
    number: number,
    verb: string,
    look: (() => void) | null,
  ) => {
    // An id that was given to a row which then was not needed is not given again.
    const takesIds = verb.toLowerCase() === 'insert'
    const noting =
      <T>(run: (...values: SQLQueryBindings[]) => T) =>
      (...values: SQLQueryBindings[]): T => {
        look?.()
        const result = run(...values)
        noted.push(number, values)
        return result
      }
    return {
      run(...values: SQLQueryBindings[]) {
        look?.()
        const done = statement.run(...values)
        if (done.changes > 0 || takesIds) noted.push(number, values)
        return done
      },
      get: noting((...values) => statement.get(...values)),
      all: noting((...values) => statement.all(...values)),
      values: noting((...values) => statement.values(...values)),
    }
  }

  return {
    database: new Proxy(database, {
      get(target, name) {
        if (name === 'prepare') return prepare
        const member = Reflect.get(target, name, target)
        if (typeof member !== 'function' || name === 'constructor') return member
        return (...values: unknown[]) => {
          tallies.flush()
          return member.apply(target, values)
        }
      },
    }),
    prepareUncounted: database.prepare.bind(database),
    tally: (text, add) => {
      const number = numberOf(text)
      const tell = tallies.add(text, database.prepare(text), add)
      return (key, values) => {
        noted.push(number, values)
        tell(key, values)
      }
    },
    get length() {
      return noted.length
    },
    truncate(length) {
      noted.length = length
    },
    take() {
      tallies.bound()
      const taken = noted
      noted = []
      return taken
    },
    textOf: (number) => texts[number] as string,
    flush: tallies.flush,
    lighten: tallies.lighten,
    forget: tallies.forget,
    get isBroken() {
      return tallies.isBroken
    },
  }
}

/** A reading statement before each run of which `look` is called. */
function looking(statement: Statement<unknown, SQLQueryBindings[]>, look: () => void) {
  const first =
    <T>(read: (...values: SQLQueryBindings[]) => T) =>
    (...values: SQLQueryBindings[]): T => {
      look()
      return read(...values)
    }
  return {
    get: first((...values) => statement.get(...values)),
    all: first((...values) => statement.all(...values)),
    values: first((...values) => statement.values(...values)),
  }
}
