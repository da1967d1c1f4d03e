import { AppError } from '../../errors.ts'
import { pathOf } from './path.ts'
import { requestIdOf } from './request-id.ts'

/** The server's log. Nothing of a query or a body ever gets here. */
export type Log = ReturnType<typeof createLog> & {
  /** Counts a refusal by its code; it writes no line. */
  refused?(code: string): void
}

/** What else is known of a request. */
export interface RequestDetails {
  /** Of the caller, where the operator wants it. */
  readonly address?: string | undefined
  /** Of the envelope, if it isn't 0. */
  readonly status_code?: number | undefined
  readonly request_id?: string | undefined
}

/**
 * A log that writes a line per request, as text or JSON, or failures only. Urgent lines should not
 * wait for others.
 */
export function createLog(
  format: 'text' | 'json' | 'off',
  write: (line: string, urgent: boolean) => void,
  now: () => Date = () => new Date(),
) {
  const put = (urgent: boolean, text: string, fields: object) => {
    const at = now()
    if (format === 'json') write(JSON.stringify({ time: at.toISOString(), ...fields }), urgent)
    else write(`${at.toTimeString().slice(0, 8)} ${text}`, urgent)
  }
  return {
    /** @param more of JSON alone, apart from the address */
    request(
      method: string,
      path: string,
      status: number,
      exactMs: number,
      more: RequestDetails = {},
    ): void {
      if (format === 'off') return
      const ms = Math.round(exactMs * 10) / 10
      const { address, ...others } = more
      const text = `${method} ${path} ${status} ${ms} ms${address ? ` ${address}` : ''}`
      // What callers choose comes last, so that a filter can rely on what is before it.
      put(false, text, { address, ...others, status, ms, method, path })
    },
    /** Something that the operator may like to know. */
    note(text: string): void {
      if (format !== 'off') put(true, text, { level: 'info', text })
    },
    /** An unexpected error, in full, for the operator; `id` is the one in the response. */
    failure(where: string, error: unknown, id?: string): void {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      const line = `ERROR ${id ? `[${id}] ` : ''}${where}: ${text}`
      put(true, line, { level: 'error', where, request_id: id, error: text })
    },
  }
}

/**
 * Logs what a caller only learns as `internal`; refusals are counted, not logged.
 * @returns the id under which it was logged, null if there was nothing to log
 */
export function logFailure(log: Log, request: Request, error: unknown): string | null {
  const known = error instanceof AppError ? error : new AppError('internal')
  log.refused?.(known.code)
  refusals.set(request, known.statusCode)
  if (error instanceof AppError && error.code !== 'internal') return null
  const id = requestIdOf(request)
  log.failure(`${request.method} ${pathOf(request.url)}`, error, id)
  return id
}

const refusals = new WeakMap<Request, number>()

/** The `status_code` that a request was refused with, if it was. */
export const refusalOf = (request: Request): number | undefined => refusals.get(request)
