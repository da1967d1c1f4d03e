/**
 * `ready` plays for everyone; the others wait for their rendition: `queued` for its turn, `running`,
 * `delayed` for a later try after trouble that was not the file's; `failed` won't be made.
 */
export type MediaState = 'ready' | 'queued' | 'running' | 'delayed' | 'failed'

/**
 * What a job is to do: `render` makes the first rendition, of the upload; `check` decodes a copy that
 * is published already, and `replace` makes a transcode of such a copy that takes its place.
 */
export type JobKind = 'render' | 'check' | 'replace'

/** So many uploads of one author may wait for their first rendition. */
export const maxWaitingOfAuthor = 500

/** A job to be added; `seconds` is how long it is expected to take. */
export interface NewJob {
  readonly kind: JobKind
  readonly seconds: number
  /** Why it could not be done at once, if that was tried: a sentence for the operator. */
  readonly reason: string | null
}

/** What ingest found out about the bytes of a video; the same bytes are kept once. */
export interface NewMedia {
  /** SHA-256 in hex of the bytes as uploaded. */
  readonly sourceHash: string
  /** Blob names of the rendition and its cover. */
  readonly video: string
  readonly cover: string
  /** Blob name of the upload, if a job is still to make the rendition of it; null if that is there. */
  readonly source: string | null
  /** Bytes of the rendition, or of the upload until it is there. */
  readonly size: number
  /** Pixels; 0 as long as nobody could look. */
  readonly width: number
  readonly height: number
  /** Seconds. */
  readonly duration: number
  readonly codec: string
}

/** `job` says what is still to be done: `render`, if there is no rendition yet. */
export type MediaToStore = NewMedia & { readonly job: NewJob | null }

/** Media that is stored; `failure` is that of a Video. */
export interface StoredMedia extends NewMedia {
  readonly id: number
  readonly state: MediaState
  readonly failure: string | null
}

/**
 * Names a claimed job. Media whose files were lost, and brought again by another upload, has another
 * job and other names: whoever still works on the lost ones has nothing more to say.
 */
export type Claimed = Pick<Job, 'mediaId' | 'video'>

/** A job that was claimed: to be ended with exactly one of `finish`, `delay`, `fail` or `replace`. */
export interface Job {
  readonly mediaId: number
  readonly kind: JobKind
  readonly authorId: number
  /** Blob name of what is to be read, and its bytes. */
  readonly source: string
  readonly size: number
  /** SHA-256 in hex of the upload, which `render` reads. */
  readonly sourceHash: string
  /** Blob names that the media has now. */
  readonly video: string
  readonly cover: string
  /** Nobody could look at the upload yet: its cover is a drawing. */
  readonly unseen: boolean
  /** There was a rendition of the same bytes before. */
  readonly wasReady: boolean
  readonly seconds: number
  /** How often it ended in trouble before, and since when (Unix ms). */
  readonly tries: number
  readonly failedAt: number | null
}

/** What an operator sees of a job; null for `nextAt`: not before somebody asks for it. */
export interface JobStatus {
  readonly kind: JobKind
  readonly running: boolean
  readonly tries: number
  readonly reason: string | null
  readonly nextAt: number | null
}

/** Which jobs may be claimed. */
export interface JobFilter {
  /** Also those that take longer than this, in seconds, and those that nobody waits for. */
  readonly long: boolean
  /** Also those that ended in trouble before. */
  readonly delayed: boolean
  readonly maxShortSeconds: number
  /** None of these authors. */
  readonly notOf: readonly number[]
}

/** Why a job could not be done, and when it is tried again. */
export interface Trouble {
  /** A sentence for the operator. */
  readonly reason: string
  /** The refusal to be told, if its author can do something about it. */
  readonly failure?: string
  /** Unix ms; null: when asked for. */
  readonly nextAt: number | null
  /** How long it is expected to take the next time. */
  readonly seconds: number
}

/** What a job made; names that are given take the place of those that the media has. */
export interface Finished {
  readonly size: number
  readonly width: number
  readonly height: number
  readonly duration: number
  readonly video?: string
  readonly cover?: string
  readonly codec?: string
}

/** What is still to be done with media, and by whom it is done next. */
export interface Jobs {
  /** Puts jobs that a dead process left running back into the queue; returns how many. */
  recover(): Promise<number>
  /** How many jobs wait for their turn, are being done, or wait for another try. */
  waiting(): Promise<Readonly<Record<'queued' | 'running' | 'delayed', number>>>
  /** Takes the first of the jobs that are due and that the filter, if there is one, admits. */
  claim(filter?: JobFilter): Promise<Job | null>
  /**
   * Ends a job: the media is ready, and every work that shows it visible from this moment on. Null
   * leaves the media as it is. Returns the blobs that nothing refers to any more.
   * @param next what is to be done with it then
   * @throws AppError media_gone, if the media was removed, or its files were brought anew
   */
  finish(job: Claimed, made: Finished | null, next?: NewJob | null): Promise<readonly string[]>
  /** Makes of a check a job that replaces what was checked. */
  replace(job: Claimed, seconds: number): Promise<void>
  /** Puts a job back after trouble; false if it is none any more. */
  delay(job: Claimed, trouble: Trouble): Promise<boolean>
  /**
   * Ends a job with the refusal to be told and lets go of the upload; media that is ready stays so.
   */
  fail(job: Claimed, failure: string): Promise<void>
  /**
   * Bytes that a job may make, so that who uploaded it first has no more than `quota` in all; 0 or
   * less: none.
   */
  room(job: Pick<Job, 'mediaId' | 'authorId'>, quota: number): Promise<number>
  /** Makes the delayed job of a video due now; false if it has none. */
  retry(videoId: number): Promise<boolean>
  /** Work per second that an engine was measured to do; null if it wasn't. */
  rate(engine: string): Promise<number | null>
  setRate(engine: string, workPerSecond: number): Promise<void>
}
