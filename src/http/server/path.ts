/**
 * The path of an absolute URL, without its query: that may hold a token. Also of one that is a path
 * alone, which is what Bun makes of a request without a valid Host.
 */
export function pathOf(url: string): string {
  const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('//') + 2)
  if (start === -1) return '/'
  const end = url.indexOf('?', start)
  return end === -1 ? url.slice(start) : url.slice(start, end)
}

/** A path without the slash at its end: with and without it, it is the same route. */
export const withoutSlash = (path: string): string => path.replace(/\/$/, '')
