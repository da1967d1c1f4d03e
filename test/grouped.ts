import type { Database } from 'bun:sqlite'
import { turnsPath } from '../src/store/sqlite/catch-up.ts'
import { createGroupCommit, type GroupCommit } from '../src/store/sqlite/commit.ts'
import { createRecorder } from '../src/store/sqlite/recorder.ts'
import { createDirect } from '../src/store/sqlite/transaction.ts'
import { createTurns } from '../src/store/sqlite/turns.ts'

/** A group that commits each batch, and the database as its writes are to see it. */
export function grouped(
  opened: Database,
  path: string,
): { group: GroupCommit; database: Database } {
  const recorder = createRecorder(opened)
  const transaction = createDirect(opened, () => null, recorder, createTurns(turnsPath(path)))
  const group = createGroupCommit({ database: opened, recorder, transaction })
  return { group, database: recorder.database }
}
