import { AppError } from '../../../errors.ts'
import { isDiskFull, isSqliteBusy } from '../../../lib/system-errors.ts'

/** The caller's words for what SQLite says; anything else stays as it is and is logged. */
export function translate(error: unknown): unknown {
  if (isDiskFull(error)) return new AppError('storage_full')
  if (isSqliteBusy(error)) return new AppError('busy')
  // Whatever else a write refers to was looked up by it: the writer was removed meanwhile.
  const { code } = (error ?? {}) as { code?: unknown }
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return new AppError('user_not_found')
  return error
}
