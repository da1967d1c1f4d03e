const units = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/**
 * Reads a size such as `512MB` or `1.5 GB` (1 KB is 1,024 bytes; a bare number is bytes).
 * @throws Error with a sentence, if it is no size or not between `min` and `max`.
 */
export function parseSize(text: string, min: string, max: string): number {
  const size = bytes(text)
  if (size >= bytes(min) && size <= bytes(max)) return size
  throw new Error(`'${text}' is not a size from ${min} to ${max}, such as 512MB`)
}

/** Formats a number of bytes for people, `1.4 MB`. */
export function formatSize(size: number): string {
  let value = size
  let power = 0
  // By the rounded value: a byte less than 1 MB is not 1024.0 KB.
  while (Math.round(value * 10) >= 10_240 && power < units.length - 1) {
    value /= 1024
    power++
  }
  return `${Number.isInteger(value) ? value : value.toFixed(1)} ${units[power]}`
}

function bytes(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)i?B?$/i.exec(text.trim())
  if (!match) return Number.NaN
  return Math.floor(Number(match[1]) * 1024 ** ' KMGT'.indexOf(match[2]?.toUpperCase() || ' '))
}
