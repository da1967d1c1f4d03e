/**
 * The list as it was, if that has the very same entries: what was made of it can be kept. Records
 * change all the time, but hardly ever those of one page.
 */
export function sameIfEqual<T>(before: readonly T[] | undefined, now: readonly T[]): readonly T[] {
  if (before?.length !== now.length) return now
  for (let at = 0; at < now.length; at++) if (before[at] !== now[at]) return now
  return before
}
