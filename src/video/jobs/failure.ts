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
  // Of another version: it says nothing about the bytes.
  if (!isErrorCode(code)) return new AppError('internal')
  return new AppError(code, Object.fromEntries(new URLSearchParams(filled)))
}

/** What only the bytes of a file decide. */
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

/**
 * What depends on the settings, the machine or its ffmpeg: the next server may have others, and until
 * then another try only repeats it.
 */
const ofSettings = new Set<ErrorCode>([
  'video_too_long',
  'video_too_big',
  'video_too_fast',
  'video_too_demanding',
  'video_needs_memory',
  'codec_unsupported',
  'sound_unsupported',
])

/** Whether another try makes sense only under another server. */
export const isOfSettings = (error: unknown): error is AppError =>
  error instanceof AppError && ofSettings.has(error.code)

/** Whether the author of a delayed video can do something about it. */
export const isForAuthor = (error: unknown): error is AppError =>
  isOfSettings(error) || (error instanceof AppError && error.code === 'quota_exceeded')

/** Why a job could not be done, in one line for the operator. */
export const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').slice(0, 300)
