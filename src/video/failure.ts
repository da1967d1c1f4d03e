import { AppError, isErrorCode } from '../errors.ts'

/** A refusal as the store keeps it: its code, and `?name=value` for the blanks of its sentence. */
export function failureOf({ code, details }: Pick<AppError, 'code' | 'details'>): string {
  const filled = new URLSearchParams(
    Object.entries(details).map(([name, value]) => [name, String(value)]),
  )
  return filled.size === 0 ? code : `${code}?${filled}`
}

/** The refusal that ended a job, from what the store keeps of it. */
export function refusalOf(failure: string | null): AppError {
  const [code = '', filled] = (failure ?? '').split('?')
  if (!isErrorCode(code)) return new AppError('video_damaged')
  return new AppError(code, Object.fromEntries(new URLSearchParams(filled)))
}
