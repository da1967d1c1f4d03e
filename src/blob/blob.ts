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
  /** The file of that name; a name of another form is that of no file. */
  open(name: string): Promise<Blob | null>
  /** A local path at which the file can be read, for as long as it isn't removed. */
  localPath(name: string): string
  /** Removes the file; one that isn't there is no error. */
  remove(name: string): Promise<void>
  /** Every file with the time of its last change, Unix milliseconds. */
  list(): AsyncIterable<{ name: string; changedAt: number }>
  /** Bytes that there is room for. @throws Error that says why nothing can be written */
  room(): Promise<number>
  /** A fresh path for a local file in the making. */
  scratch(): string
}

/** The folders of the store. Names outside of them, or with anything else in them, are refused. */
export const blobName = /^(?:videos|covers|sources)\/[\w-]{1,64}(?:\.(?:mp4|jpg))?$/
