const codes = new Set<unknown>(['ENOSPC', 'EDQUOT', 'SQLITE_FULL'])

/** Whether the system or SQLite says by this error that the disk, or a quota on it, is full. */
export const isDiskFull = (error: unknown): boolean =>
  codes.has((error as { code?: unknown } | null | undefined)?.code)
