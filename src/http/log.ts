import { AppError } from '../errors.ts'
import { pathOf } from './path.ts'

/** Where the server says what it does. Nothing of a query or a body ever gets here. */
export interface Log {
  request(method: string, path: string, status: number, ms: number): void
  /** Something that the operator may like to know. */
  note(text: string): void
  /** Something that nobody expected, whole, for the operator. */
  failure(where: string, error: unknown): void
}

/** A log of lines on `write`, one per request as text or JSON, or of failures alone. */
export function createLog(
  format: 'text' | 'json' | 'off',
  write: (line: string) => void,
  now: () => Date = () => new Date(),
): Log {
  const json = (fields: object) => write(JSON.stringify({ time: now().toISOString(), ...fields }))
  return {
    request(method, path, status, ms) {
      if (format === 'off') return
      if (format === 'json') return json({ method, path, status, ms: round(ms) })
      write(`${clock(now())} ${method} ${path} ${status} ${round(ms)} ms`)
    },
    note(text) {
      if (format === 'json') json({ level: 'info', text })
      else if (format === 'text') write(`${clock(now())} ${text}`)
    },
    failure(where, error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      if (format === 'json') return json({ level: 'error', where, error: text })
      write(`${clock(now())} ERROR ${where}: ${text}`)
    },
  }
}

/** Logs what a caller is told no more of than `internal`; refusals are answers, not failures. */
export function logFailure(log: Log, request: Request, error: unknown): void {
  if (error instanceof AppError && error.code !== 'internal') return
  log.failure(`${request.method} ${pathOf(request.url)}`, error)
}

const clock = (date: Date) => date.toTimeString().slice(0, 8)
const round = (ms: number) => Math.round(ms * 10) / 10
