/**
 * Reads an int64 of the API as an exact number below 2^53: plain digits without leading zeros, a
 * JSON number, or the `1.5e+06` of clients that carry ids through floating point. Null is anything
 * else, also a number that would have to be rounded.
 */
export function readInteger(value: unknown): number | null {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0 ? value : null
  if (typeof value !== 'string') return null
  const digits = plain.test(value) ? value : expand(value)
  if (digits === null) return null
  const number = Number(digits)
  return Number.isSafeInteger(number) ? number : null
}

const plain = /^(?:0|[1-9]\d{0,15})$/
const scientific = /^([1-9])(?:\.(\d{1,20}))?e\+?(\d{1,2})$/i

/** Writes out `1.5e+06` digit by digit, since Number() would round without a word. */
function expand(text: string): string | null {
  const match = scientific.exec(text)
  if (!match) return null
  const fraction = (match[2] ?? '').replace(/0+$/, '')
  const exponent = Number(match[3])
  return fraction.length > exponent || exponent > 15
    ? null
    : match[1] + fraction.padEnd(exponent, '0')
}
