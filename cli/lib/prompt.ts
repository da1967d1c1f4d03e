import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Failure } from './failure.ts'

/** Whether there is a person to ask: stdin and stderr are terminals. */
export function canAsk(): boolean {
  return Boolean(process.stdin.isTTY && process.stderr.isTTY)
}

/**
 * The value that was given, or else what the person at the terminal enters. Never waits for a pipe.
 * @param missing the error without a terminal: what should have been given
 * @throws Failure if there is nobody to ask, or nothing was entered
 */
export async function askUnlessGiven(
  given: string | undefined,
  { question, missing, secret = false }: { question: string; missing: string; secret?: boolean },
): Promise<string> {
  if (given) return given
  if (!canAsk()) throw new Failure(missing, 2)
  const entered = await ask(question, secret)
  if (entered === '') throw new Failure('Nothing was entered.')
  return entered
}

/**
 * Asks before something is removed.
 * @param what is shown in the question
 * @throws Failure unless `yes` is set or the person says yes
 */
export async function confirmRemoval(yes: true | undefined, what: string): Promise<void> {
  const entered = await askUnlessGiven(yes && 'yes', {
    question: `Remove ${what} for good? [y/N] `,
    missing: `--yes is needed to remove ${what} without a terminal.`,
  })
  if (!/^y(es)?$/i.test(entered)) throw new Failure('Nothing was removed.')
}

/** On stderr, so that piped output stays clean; a secret isn't shown while it is typed. */
async function ask(question: string, secret: boolean): Promise<string> {
  const shown = secret ? new Writable({ write: (_, __, done) => done() }) : process.stderr
  const lines = createInterface({ input: process.stdin, output: shown, terminal: true })
  process.stderr.write(question)
  lines.once('SIGINT', () => {
    process.stderr.write('\n')
    process.exit(130)
  })
  const { value } = await lines[Symbol.asyncIterator]().next()
  lines.close()
  // Enter ends the line of the question, unless it isn't shown or the input ended.
  if (secret || value === undefined) process.stderr.write('\n')
  const entered: string = value ?? ''
  // A password may begin or end with a space.
  return secret ? entered : entered.trim()
}
