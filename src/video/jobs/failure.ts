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

/**
 * What only the bytes of a file decide. Every other refusal depends on the settings, the machine or
 * its ffmpeg, and the next server may have others.
 */
const ofBytes = new Set<ErrorCode>([
  'not_a_video',
  'photo',
  'sound_only',
  'video_damaged',
  'video_protected',
])

/** Whether an error is a verdict on the bytes of a file, which another try would only repeat. */
export const isVerdict = (error: unknown): error is AppError =>
  error instanceof AppError && ofBytes.has(error.code)

/** Why a job could not be done, in one line for the operator. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 300)
