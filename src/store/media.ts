/** `ready` plays for everyone; `queued` and `running` wait for their transcode. */
export type MediaState = 'ready' | 'queued' | 'running' | 'failed'

/** What ingest found out about the bytes of a video; the same bytes are kept once. */
export interface NewMedia {
  /** SHA-256 in hex of the bytes as uploaded. */
  readonly sourceHash: string
  /** Blob names of the rendition and its cover. */
  readonly video: string
  readonly cover: string
  /** Blob name of the upload, if a job is still to make the rendition; null if it is there. */
  readonly source: string | null
  /** Bytes of the rendition, or of the upload until it is there. */
  readonly size: number
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** Seconds. */
  readonly duration: number
  readonly codec: string
}

export interface StoredMedia extends NewMedia {
  readonly id: number
  readonly state: MediaState
  readonly failure: string | null
}

/** A transcode to be done: the upload `source` is to become playable under the name `video`. */
export interface Job {
  readonly mediaId: number
  readonly source: string
  readonly video: string
  /** How often it was tried before. */
  readonly tries: number
}

export interface Jobs {
  /** Puts jobs that a dead process left running back into the queue; answers how many. */
  recover(): Promise<number>
  /** How many jobs wait, and how many are being done. */
  waiting(): Promise<{ readonly queued: number; readonly running: number }>
  /** Takes the job that waits longest. */
  claim(): Promise<Job | null>
  /** Makes the media ready, and every work that shows it visible from this moment on. */
  finish(
    mediaId: number,
    rendition: { size: number; width: number; height: number; duration: number },
  ): Promise<void>
  /**
   * Ends a job with the refusal to be told and lets go of the upload, or puts it back to be tried
   * again.
   */
  fail(mediaId: number, failure: string, again: boolean): Promise<void>
}
