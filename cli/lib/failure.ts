import { AppError } from '../../src/errors.ts'
import { systemReason } from '../../src/lib/system-errors.ts'
import { note } from './output.ts'

/** An expected error; its message is a sentence for the person who ran the command. */
export class Failure extends Error {
  /** The exit status; 2 is for a command that was not understood, as in other programs. */
  readonly status: number

  constructor(message: string, status = 1) {
    super(message)
    this.name = 'Failure'
    this.status = status
  }
}

/**
 * Prints the error as one sentence on stderr and returns the exit status. `DOUYIN_DEBUG=1` prints the
 * stack too.
 */
export function report(error: unknown): number {
  // Commander has already printed its message, or the help.
  if (isCommander(error)) return error.exitCode === 0 ? 0 : 2
  note(`error: ${sentenceOf(error)}`, 'error')
  if (process.env.DOUYIN_DEBUG && error instanceof Error) note(`${error.stack}`, 'error')
  return error instanceof Failure ? error.status : 1
}

/** An error as a sentence for a person, with its full stop. */
export function sentenceOf(error: unknown): string {
  const known = expectedSentence(error)
  if (known !== null) return withStop(known)
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return `Something unexpected went wrong (${text}); DOUYIN_DEBUG=1 shows where.`
}

/** A text with the full stop of a sentence: what the server and its parts throw has none. */
export const withStop = (text: string): string => (/[.!?…]\)?$/.test(text) ? text : `${text}.`)

function expectedSentence(error: unknown): string | null {
  if (error instanceof Failure || error instanceof AppError) return error.message
  if (!(error instanceof Error)) return null
  const { code } = error as NodeJS.ErrnoException
  if (code !== undefined) return sentenceFor(code) ?? systemSentence(error)
  // The settings, the store and the server throw plain errors with a sentence.
  return error.constructor === Error ? error.message : null
}

const sentences: Record<string, string> = {
  SQLITE_BUSY: 'The database is busy with another command; please try again.',
  SQLITE_CANTOPEN: 'The database file cannot be opened.',
  SQLITE_CORRUPT: 'The database file is damaged.',
  SQLITE_FULL: 'The disk is full.',
  SQLITE_IOERR: 'The disk that the database is on is full, or it fails.',
  SQLITE_NOTADB: 'douyin.db in the data directory is not a database.',
  SQLITE_READONLY: 'This user may not write to the database, which every command needs.',
  ENOSPC: 'The disk is full.',
}

/** SQLite refines its codes: `SQLITE_IOERR_SHMSIZE` is what a full disk says at the start. */
const sentenceFor = (code: string): string | undefined =>
  sentences[code] ?? sentences[code.split('_').slice(0, 2).join('_')]

/** What the system says by a code that its text doesn't say to people. */
const reasons: Record<string, string> = {
  EISDIR: 'it is a directory',
  EEXIST: 'it is there already',
}

/** What a program was about to do to a path. */
const deeds: Record<string, string> = {
  mkdir: 'made',
  open: 'opened',
  scandir: 'read',
  read: 'read',
  unlink: 'removed',
  rm: 'removed',
}

/** Why the system refused something: `permission denied`. */
export function reasonOf(error: unknown): string {
  const { code = '' } = error as NodeJS.ErrnoException
  return reasons[code] ?? systemReason(error)
}

/** `/x cannot be opened: permission denied.`; null if the error isn't one of the system. */
function systemSentence(error: NodeJS.ErrnoException): string | null {
  const { code, path, syscall = '', message } = error
  if (!message.startsWith(`${code}: `)) return null
  const reason = reasonOf(error)
  return path === undefined
    ? `The system refused: ${reason}.`
    : `${path} cannot be ${deeds[syscall] ?? 'written'}: ${reason}.`
}

const isCommander = (error: unknown): error is { exitCode: number } =>
  error instanceof Error && String((error as { code?: unknown }).code).startsWith('commander.')
