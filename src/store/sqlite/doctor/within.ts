import { written } from '../commit/group-commit.ts'
import type { QueryContext } from '../engine/query-context.ts'

/** Rows that are looked at in one transaction: bounds how long a server's own writes wait. */
export const rowsPerStep = 500

/** Runs one step of a check: in a commit of its own if it may put something right. */
export const within = async <T>(
  { commitAlone }: QueryContext,
  fix: boolean,
  step: () => T,
): Promise<T> => (fix ? commitAlone(() => written(step())) : step())
