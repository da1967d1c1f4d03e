/** The largest number that Bun reads in a range; one beyond makes it none. */
const MAX = 2n ** 64n - 1n

/**
 * With which status Bun answers a GET of a file: 206 with one part, 416 if that begins behind the
 * end, 200 with all of it for whatever else. RFC 9110, 14.2 and 13.1.5.
 * @param size bytes of the file
 */
export function rangeStatus(headers: Headers, etag: string, size: number): 200 | 206 | 416 {
  const range = /^bytes[ \t]*=[ \t]*(\d*)[ \t]*-[ \t]*(\d*)$/i.exec(headers.get('range') ?? '')
  const condition = headers.get('if-range')
  if (!range || (condition && condition !== etag)) return 200
  const [first, last] = range.slice(1).map((digits) => (digits === '' ? null : BigInt(digits)))
  if ((first ?? 0n) > MAX || (last ?? 0n) > MAX) return 200
  // `-5`, the last five bytes.
  if (first == null) return last == null ? 200 : last === 0n ? 416 : 206
  if (first >= BigInt(size)) return 416
  return last != null && last < first ? 200 : 206
}
