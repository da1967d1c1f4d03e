import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { Failure } from './failure.ts'

/** Whether there is a person to ask. */
export const canAsk = (): boolean => Boolean(process.stdin.isTTY && process.stderr.isTTY)

/**
 * What was given, or else what the person on the terminal answers. A pipe is never waited for.
 * @param missing says without a terminal what should have been given
 * @throws Failure if there is nobody to ask, or no answer
 */
export async function askUnlessGiven(
  given: string | undefined,
  { question, missing, secret = false }: { question: string; missing: string; secret?: boolean },
): Promise<string> {
  if (given) return given
  if (!canAsk()) throw new Failure(missing, 2)
  const answer = await ask(question, secret)
  if (answer === '') throw new Failure('Nothing was entered.')
  return answer
}

/** On stderr, so that piped output stays clean; a secret is typed without being shown. */
function ask(question: string, secret: boolean): Promise<string> {
  const shown = secret ? new Writable({ write: (_, __, done) => done() }) : process.stderr
  const lines = createInterface({ input: process.stdin, output: shown, terminal: true })
  process.stderr.write(question)
  let answered = false
  return new Promise((resolve, reject) => {
    lines.once('line', (line) => {
      if (secret) process.stderr.write('\n')
      answered = true
      // A password may begin or end with a space.
      resolve(secret ? line : line.trim())
      lines.close()
    })
    lines.once('SIGINT', () => {
      process.stderr.write('\n')
      process.exit(130)
    })
    lines.once('close', () => {
      if (!answered) process.stderr.write('\n')
      reject(new Failure('Nothing was entered.'))
    })
  })
}
