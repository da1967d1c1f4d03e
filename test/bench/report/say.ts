/** Says what goes on, where it can't get into piped results. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`)
