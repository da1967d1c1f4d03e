import { createInterface } from 'node:readline'
import { note, paint, print } from '../lib/output.ts'
import { clean } from '../lib/text.ts'
import type { Message } from './connection.ts'
import type { Person } from './people.ts'

/** Shows a conversation and reads the lines to send. */
export interface Screen {
  show(message: Message): void
  /** Something about the connection. */
  remark(text: string): void
  /** Lines to send, until the input ends. */
  readonly lines: AsyncIterable<string>
  close(): void
}

/** For a terminal: messages above the line that is being typed. */
export function createTerminal(peer: Person): Screen {
  const input = createInterface({ input: process.stdin, output: process.stdout, prompt: '> ' })
  input.on('SIGINT', () => input.close())
  const above = (line: string) => {
    process.stdout.write(`\r\x1b[K${line}\n`)
    input.prompt(true)
  }
  input.prompt()
  return {
    show(message) {
      const theirs = message.from_user_id === peer.id
      const name = theirs ? paint.cyan(clean(peer.name)) : paint.green('you')
      above(`${paint.dim(clock(message))} ${name}: ${clean(message.content)}`)
    },
    remark: (text) => above(paint.dim(text)),
    lines: typed(input),
    close: () => input.close(),
  }
}

/** For a pipe: messages as lines of JSON on stdout, remarks on stderr. */
export function createPipe(): Screen {
  const input = createInterface({ input: process.stdin })
  return {
    show: (message) => print(JSON.stringify(message)),
    remark: note,
    lines: input,
    close: () => input.close(),
  }
}

/** Erases each typed line: it is shown again, with its time, when it is stored. */
async function* typed(input: ReturnType<typeof createInterface>): AsyncGenerator<string> {
  for await (const line of input) {
    process.stdout.write('\x1b[1A\r\x1b[K')
    input.prompt()
    yield line
  }
}

/** `18:05`, in the time zone of this machine. */
const clock = ({ create_time }: Message): string =>
  new Date(Number(create_time)).toTimeString().slice(0, 5)
