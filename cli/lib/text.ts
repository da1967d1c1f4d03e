/** Text of a user made safe for a terminal: no escape sequences, no line or direction changes. */
export function clean(text: string): string {
  return Bun.stripANSI(text).replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
}

/** `2026-01-31 18:05`, in the time zone of this machine. */
export function formatTime(unixMs: number): string {
  return new Date(unixMs).toLocaleString('sv-SE', { dateStyle: 'short', timeStyle: 'short' })
}

/** `2026-01-31T18:05:00.000Z`, for JSON. */
export function isoTime(unixMs: number): string {
  return new Date(unixMs).toISOString()
}

/** `1 video`, `2 videos`. */
export function plural(amount: number, noun: string): string {
  return `${amount.toLocaleString('en')} ${noun}${amount === 1 ? '' : 's'}`
}

/** Text cleaned and in exactly `width` terminal cells: cut or padded. */
export function fit(text: string, width: number): string {
  const shown = cut(clean(text), width)
  return shown + ' '.repeat(width - Bun.stringWidth(shown))
}

/** Text in at most `width` terminal cells; what is cut ends in `…`. */
export function cut(text: string, width: number): string {
  if (Bun.stringWidth(text) <= width) return text
  const kept = Bun.sliceAnsi(text, 0, width - 1)
  // Bun takes a wide character at the edge along, which is a cell too much.
  return `${Bun.stringWidth(kept) < width ? kept : Bun.sliceAnsi(text, 0, width - 2)}…`
}
