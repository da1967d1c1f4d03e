import { AppError } from '../../../errors.ts'

/** Whether SQLite says that another connection has the lock. */
export const isBusy = (error: unknown): boolean => codeOf(error).startsWith('SQLITE_BUSY')

/** The caller's words for what SQLite says; anything else stays as it is and is logged. */
export function translate(error: unknown): unknown {
  const code = codeOf(error)
  if (code === 'SQLITE_FULL') return new AppError('storage_full')
  if (isBusy(error)) return new AppError('busy')
  // Whatever else a write refers to was looked up by it: the writer was removed meanwhile.
  if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') return new AppError('user_not_found')
  return error
}

const codeOf = (error: unknown): string => String((error as { code?: unknown })?.code ?? '')
