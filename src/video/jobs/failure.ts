import { AppError, type ErrorCode, isErrorCode } from '../../errors.ts'

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

/** What goes wrong with us, or with the machine, and says nothing about a file. */
const ours = new Set<ErrorCode>(['busy', 'storage_full', 'unavailable', 'internal', 'media_gone'])

/** Whether an error is a verdict on the bytes of a file, which another try would only repeat. */
export const isVerdict = (error: unknown): error is AppError =>
  error instanceof AppError && !ours.has(error.code)

/** Why a job could not be done, in one line for the operator. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 300)
