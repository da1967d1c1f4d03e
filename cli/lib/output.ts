import colors from 'picocolors'

/** Colours, for terminals that want them (NO_COLOR and pipes don't). */
export const paint = colors

/** Writes a line of the command's result to stdout. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** Writes a remark to stderr, where it can't get into piped data. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Prints a value as JSON, for other programs. */
export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2))
}
