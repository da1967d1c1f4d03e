import type { ErrorCode } from '../../errors.ts'
import type { Facts } from '../facts.ts'
import type { Files } from './mount.ts'

/** What the parent asks of a media child. A program gets exactly `files` to see, in `/media`. */
export type Request = Program | { kind: 'examine'; path: string }

export interface Program {
  kind: 'program'
  program: 'ffmpeg' | 'ffprobe'
  args: readonly string[]
  files: Files
  /** A file in the memory of the instance whose text is wanted as `output`. */
  report?: string
}

/** `code` is the program's exit status, `log` its last lines, `full` that the disk was. */
export interface Ran {
  code: number
  log: readonly string[]
  full: boolean
  output?: string
}

export type Reply =
  | { kind: 'ran'; ran: Ran }
  | { kind: 'examined'; facts: Facts }
  | { kind: 'refused'; code: ErrorCode; details: Record<string, string | number> }
  /** The job could not be done for a reason that is not the file's; `message` is for the log. */
  | { kind: 'failed'; message: string }

/** The child says this once it listens. */
export const READY = 'ready'
