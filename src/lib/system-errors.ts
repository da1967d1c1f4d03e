const diskFullCodes = new Set<unknown>(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])

/** Whether the system or SQLite says by this error that the disk, or a quota on it, is full. */
export const isDiskFull = (error: unknown): boolean => diskFullCodes.has(codeOf(error))

/** Whether SQLite says that another connection holds the lock; trying again may help. */
export const isSqliteBusy = (error: unknown): boolean =>
  String(codeOf(error)).startsWith('SQLITE_BUSY')

const codeOf = (error: unknown): unknown => (error as { code?: unknown } | null | undefined)?.code

/** Why the system refused something, without the code: Node says `EACCES: permission denied, open '/x'`. */
export function systemReason(error: unknown): string {
  const { message } = error as Error
  return /^[A-Z0-9]+: (.*?)(, |$)/.exec(message)?.[1] ?? message
}
