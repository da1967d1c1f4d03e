import type { ErrorCode } from '../../errors.ts'
import type { Decoding } from '../ffmpeg.ts'

/** What the parent sends to a media child: one job at a time. */
export type Request =
  | { kind: 'program'; program: ProgramJob }
  | { kind: 'file-info'; path: string }
  | { kind: 'picture'; picture: PictureJob }

/** A still picture that is encoded anew: see Media.picture. */
export interface PictureJob {
  path: string
  side: number
  target: string
}

/**
 * What the child sends back, once for each request, if all is well: a ProgramResult, a FileInfo, or
 * nothing of a picture.
 */
export type Reply<T> =
  | { kind: 'done'; value: T }
  | { kind: 'refused'; code: ErrorCode; details: Record<string, string | number> }
  /** The job could not be done for a reason that is not the file's; `message` is for the log. */
  | { kind: 'failed'; message: string }

/** A run of ffmpeg or ffprobe, which sees exactly `files`, in `mountPoint`. */
export interface ProgramJob {
  name: 'ffmpeg' | 'ffprobe'
  args: readonly string[]
  files: JobFiles
  /** Whether a line that it prints once more is left out of the output. */
  distinct?: boolean
}

/**
 * `code` is the program's exit status, `output` what it printed, up to 4 MB, and `log` the last lines
 * that it logged; `cpuMs` the time of processors; `diskFull` if a write failed for that.
 */
export interface ProgramResult {
  code: number
  cpuMs: number
  output: string
  log: readonly string[]
  diskFull: boolean
}

/** What a job may touch: by the name that ffmpeg sees, the path on disk and whether it may write. */
export type JobFiles = Record<string, JobFile>

/** With `decoding` a file of AV1 packets is read as one of its pictures; both are IVF. */
export interface JobFile {
  readonly path: string
  readonly write: boolean
  readonly decoding?: Decoding
}

/** The directory in which ffmpeg sees the files of a job. */
export const mountPoint = '/media'
