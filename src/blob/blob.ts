/**
 * Port 2: files, by names such as `videos/3xZ….mp4`. A file never changes once it is there, so its
 * name serves as its version.
 */
export interface Blobs {
  /**
   * Moves a finished local file in under a name, whole or not at all: it is on disk when the promise
   * resolves. @throws AppError storage_full
   */
  put(name: string, localPath: string): Promise<void>
  /** The file of that name; null if there is none, or the name has another form. */
  open(name: string): Promise<Blob | null>
  /** A local path at which the file can be read until it is removed. */
  localPath(name: string): string
  /** Removes the file; one that isn't there is no error. */
  remove(name: string): Promise<void>
  /** Leaves a file that nothing refers to any more for those who read it now; a sweep removes it. */
  retire(name: string): Promise<void>
  /** Every file with the time of its last change, Unix milliseconds. */
  list(): AsyncIterable<{ name: string; changedAt: number }>
  /** Bytes that are free for more files. @throws Error that says why nothing can be written */
  freeSpace(): Promise<number>
  /** Bytes that there is room for in all, free or not. */
  capacity(): Promise<number>
  /** A fresh path for a local file that is still being written. */
  scratch(): string
}

/** The folders that hold the files: every name begins with one of them. */
export const blobFolders = ['videos', 'covers', 'sources', 'pictures'] as const

/** The form of every name; no other one reaches the disk. */
export const blobName = new RegExp(`^(?:${blobFolders.join('|')})/[\\w-]{1,64}(?:\\.(?:mp4|jpg))?$`)
