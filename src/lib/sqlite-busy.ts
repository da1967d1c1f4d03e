/** Whether SQLite says by this error that another connection holds the lock; trying again may help. */
export const isSqliteBusy = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | null | undefined)?.code
  return typeof code === 'string' && code.startsWith('SQLITE_BUSY')
}
