import { constants, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { access, opendir, rename, rm, stat, statfs, utimes } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { nanoid } from 'nanoid'
import { AppError } from '../errors.ts'
import { syncPath } from '../lib/file.ts'
import { isDiskFull } from '../lib/system-errors.ts'
import { type Blobs, blobFolders, blobName } from './blob.ts'

/** Where files are written before they are moved in. */
const scratchFolder = 'tmp'

/** Files below one directory, all on a single file system: what is ready is renamed into place. */
export function createDiskBlobs(root: string): Blobs {
  makeFolders(root)
  const pathOf = (name: string) => {
    if (!blobName.test(name)) throw new Error(`'${name}' is not a name of the blob store`)
    return join(root, name)
  }

  return {
    async put(name, localPath) {
      const path = pathOf(name)
      try {
        await syncPath(localPath)
        await rename(localPath, path)
        await syncPath(dirname(path))
      } catch (error) {
        throw isDiskFull(error) ? new AppError('storage_full') : error
      }
    },

    async open(name) {
      if (!blobName.test(name)) return null
      const file = Bun.file(pathOf(name))
      return (await file.exists()) ? file : null
    },

    localPath: pathOf,
    remove: (name) => rm(pathOf(name), { force: true }),

    async retire(name) {
      const now = new Date()
      // A sweep goes by the time of the last change.
      await utimes(pathOf(name), now, now).catch(() => null)
    },

    async *list() {
      for (const folder of blobFolders) {
        for await (const entry of await opendir(join(root, folder))) {
          const name = `${folder}/${entry.name}`
          const found = await stat(join(root, name)).catch(() => null)
          if (found && blobName.test(name)) yield { name, changedAt: found.mtimeMs }
        }
      }
    },

    async freeSpace() {
      for (const folder of [...blobFolders, scratchFolder]) {
        await access(join(root, folder), constants.W_OK | constants.X_OK)
      }
      const { bavail, bsize } = await statfs(root)
      return bavail * bsize
    },

    async capacity() {
      const { blocks, bsize } = await statfs(root)
      return blocks * bsize
    },

    scratch: () => join(root, scratchFolder, nanoid()),
  }
}

/** Makes the folders that are not there yet. */
export function makeFolders(root: string): void {
  for (const folder of [...blobFolders, scratchFolder]) {
    mkdirSync(join(root, folder), { recursive: true })
  }
}

/** Removes what a killed server left half-written; only for the one server of the directory. */
export function clearScratch(root: string): void {
  makeFolders(root)
  const folder = join(root, scratchFolder)
  // The folder stays: on a full disk there may be no room for another.
  for (const name of readdirSync(folder)) {
    rmSync(join(folder, name), { recursive: true, force: true })
  }
}
