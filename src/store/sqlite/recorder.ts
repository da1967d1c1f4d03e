import type { Database, SQLQueryBindings } from 'bun:sqlite'

/** What a statement was bound to. */
export type Values = readonly SQLQueryBindings[]

/** A database whose writing statements are noted, as text and values, so that they can be done again. */
export interface Recorder {
  /** The same database; statements prepared by it are noted when they have changed something. */
  readonly database: Database
  /** How much was noted since it was last taken. */
  readonly length: number
  /** Forgets what was noted after the first `length`. */
  truncate(length: number): void
  /** Answers what was noted, the number of a text and its values in turn, and starts anew. */
  take(): (number | Values)[]
  /** The statement of a number. */
  textOf(number: number): string
}

/** Statements that change rows; none of ours begins with anything else. */
const writing = /^\s*(insert|update|delete)\b/i

/** Starts with nothing noted. */
export function createRecorder(database: Database): Recorder {
  const numbers = new Map<string, number>()
  const texts: string[] = []
  let noted: (number | Values)[] = []

  const prepare = (text: string) => {
    const statement = database.prepare<unknown, SQLQueryBindings[]>(text)
    const verb = writing.exec(text)?.[1]
    if (!verb) return statement
    // An id that was given to a row which then was not needed is not given again.
    const takesIds = verb.toLowerCase() === 'insert'
    const number = numbers.get(text) ?? texts.push(text) - 1
    numbers.set(text, number)
    const noting =
      <T>(run: (...values: SQLQueryBindings[]) => T) =>
      (...values: SQLQueryBindings[]): T => {
        const result = run(...values)
        noted.push(number, values)
        return result
      }
    return {
      run(...values: SQLQueryBindings[]) {
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
        return typeof member === 'function' && name !== 'constructor' ? member.bind(target) : member
      },
    }),
    get length() {
      return noted.length
    },
    truncate(length) {
      noted.length = length
    },
    take() {
      const taken = noted
      noted = []
      return taken
    },
    textOf: (number) => texts[number] as string,
  }
}
