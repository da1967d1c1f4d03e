import colors from 'picocolors'

/** Colours, for terminals that want them (NO_COLOR and pipes don't). */
export const paint = colors

/** How a line is written: as it is, or as the JSON of an entry of a log. */
let format = (line: string, _level: string): string => line

/** Whether `printJsonLines` was called. */
export let printsJsonLines = false

/** From here on `print` and `note` write each line as JSON, as the log of the server is. */
export function printJsonLines(): void {
  printsJsonLines = true
  format = (line, level) =>
    JSON.stringify({ time: new Date().toISOString(), level, text: Bun.stripANSI(line).trim() })
}

/** Writes a line of the command's result to stdout. */
export function print(line: string): void {
  process.stdout.write(`${format(line, 'info')}\n`)
}

/** Writes a remark to stderr, where it can't get into piped data. */
export function note(line: string, level: 'info' | 'error' = 'info'): void {
  process.stderr.write(`${format(line, level)}\n`)
}

/** Prints a value as JSON, for other programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}
