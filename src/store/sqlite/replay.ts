import type { Database, SQLQueryBindings } from 'bun:sqlite'
import type { RedoRecord } from './redo.ts'

/** Brings a database up to its redo log. */
export interface Replay {
  /** The number of the last record that the database has. */
  applied(): number
  /** Writes down, in a transaction, that the database has all records up to a number. */
  note(number: number): void
  /**
   * Does again, in a transaction, what the database hasn't got; answers the number of the last
   * record that it has then. @throws Error with a sentence, if that can't be done
   */
  run(records: readonly RedoRecord[]): number
}

/** The changes of a record: texts that are new in the log, then what was run, each after its number. */
export type Changes = readonly [
  texts: readonly (number | string)[],
  runs: readonly (number | readonly SQLQueryBindings[])[],
]

const decoder = new TextDecoder()

/** Binds the statements of table `redo`. */
export function createReplay(database: Database): Replay {
  const applied = database.prepare<{ number: number }, []>(
    'SELECT applied AS number FROM redo WHERE id = 1',
  )
  const note = database.prepare<null, [number]>('UPDATE redo SET applied = ? WHERE id = 1')

  const redo = (texts: ReadonlyMap<number, string>, runs: Changes[1]) => {
    for (let at = 0; at < runs.length; at += 2) {
      const statement = database.query(texts.get(runs[at] as number) ?? '')
      statement.run(...(runs[at + 1] as SQLQueryBindings[]))
    }
  }

  return {
    applied: () => applied.get()!.number,
    note: (number) => void note.run(number),

    run(records) {
      const start = applied.get()!.number
      if ((records.at(-1)?.number ?? 0) <= start) return start
      const texts = new Map<number, string>()
      let number = start
      for (const record of records) {
        // Those of a database that was put back to an earlier day don't go on from where it is.
        if (record.number > number + 1) break
        const [learnt, runs] = JSON.parse(decoder.decode(record.bytes)) as Changes
        for (let at = 0; at < learnt.length; at += 2) {
          texts.set(learnt[at] as number, learnt[at + 1] as string)
        }
        if (record.number <= number) continue
        try {
          redo(texts, runs)
        } catch (error) {
          throw new Error(`the redo log doesn't fit the database: ${(error as Error).message}`)
        }
        number = record.number
      }
      if (number > start) note.run(number)
      return number
    },
  }
}
