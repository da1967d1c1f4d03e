const minuteMs = 60_000
const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

/** The pauses before each further try; then it is a day each time. */
const pausesMs = [1, 5, 15, 60, 180, 360, 720].map((minutes) => minutes * minuteMs)

/** For how long a job is tried; then it is kept until an operator asks for another try. */
const giveUpAfterMs = 7 * dayMs

/**
 * When a job is to be tried again that just ended in trouble; null: only when asked for. So a file
 * that crashes whatever reads it takes a few minutes of the first hour, and then less and less.
 * @param failedAt when it first did, Unix ms
 * @param minPauseMs before which another try would make no difference
 */
export function nextTry(
  { tries, failedAt }: { tries: number; failedAt: number | null },
  now: number,
  minPauseMs = 0,
): number | null {
  const next = now + Math.max(minPauseMs, pausesMs[tries] ?? dayMs)
  return failedAt !== null && next > failedAt + giveUpAfterMs ? null : next
}
