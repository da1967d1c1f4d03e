import type { Database } from 'bun:sqlite'
import { redoOf, turnsPath } from '../../src/store/sqlite/catch-up.ts'
import { type Around, createGroupCommit, type GroupCommit } from '../../src/store/sqlite/commit.ts'
import { createRecorder, type Recorder } from '../../src/store/sqlite/recorder.ts'
import type { Redo } from '../../src/store/sqlite/redo.ts'
import { createAhead, createDirect, type Transaction } from '../../src/store/sqlite/transaction.ts'
import { createTurns } from '../../src/store/sqlite/turns.ts'
import { createWal } from '../../src/store/sqlite/wal.ts'

/** A group on a database that was just opened, and the database as its writes are to see it. */
export interface Grouped {
  readonly group: GroupCommit
  readonly database: Database
  readonly recorder: Recorder
  readonly transaction: Transaction
}

/** A group that commits each batch. */
export const grouped = (opened: Database, path: string, around: Around = {}): Grouped =>
  group(
    opened,
    (recorder) =>
      createDirect({
        database: opened,
        recorder,
        findRedo: () => null,
        turns: createTurns(turnsPath(path)),
        mayBegin: () => true,
      }),
    around,
  )

/** A group that goes ahead of its commits, with a redo log that `change` may make worse. */
export const groupedAhead = (
  opened: Database,
  path: string,
  change: (redo: Redo) => Partial<Redo> = () => ({}),
): Grouped =>
  group(opened, (recorder) => {
    const redo = redoOf(opened, path, true)
    return createAhead({
      database: opened,
      recorder,
      redo: { ...redo, ...change(redo) },
      wal: createWal(path),
      turns: createTurns(turnsPath(path)),
      mayBegin: () => true,
      changed: () => {},
    })
  })

function group(
  opened: Database,
  make: (recorder: Recorder) => Transaction,
  around: Around = {},
): Grouped {
  const recorder = createRecorder(opened)
  const transaction = make(recorder)
  const group = createGroupCommit({ database: opened, recorder, transaction }, around)
  return { group, database: recorder.database, recorder, transaction }
}
