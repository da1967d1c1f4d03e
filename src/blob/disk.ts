import { constants, mkdirSync, rmSync } from 'node:fs'
import { access, open, opendir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { nanoid } from 'nanoid'
import { AppError } from '../errors.ts'
import { isDiskFull } from '../lib/disk-full.ts'
import { type Blobs, blobName } from './blob.ts'

const folders = ['videos', 'covers', 'sources'] as const

/** Files below one directory, which must be on a single file system: what is ready is renamed in. */
export function createDiskBlobs(root: string): Blobs {
  const scratch = join(root, 'tmp')
  for (const folder of [...folders, 'tmp']) mkdirSync(join(root, folder), { recursive: true })
  const pathOf = (name: string) => {
    if (!blobName.test(name)) throw new Error(`'${name}' is not a name of the blob store`)
    return join(root, name)
  }

  return {
    async put(name, localPath) {
      const path = pathOf(name)
      try {
        await sync(localPath)
        await rename(localPath, path)
        await sync(dirname(path))
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

    async *list() {
      for (const folder of folders) {
        for await (const entry of await opendir(join(root, folder))) {
          const name = `${folder}/${entry.name}`
          const found = await stat(join(root, name)).catch(() => null)
          if (found && blobName.test(name)) yield { name, changedAt: found.mtimeMs }
        }
      }
    },

    async room() {
      for (const folder of [...folders, 'tmp']) {
        await access(join(root, folder), constants.W_OK | constants.X_OK)
      }
      const { bavail, bsize } = await statfs(root)
      return bavail * bsize
    },

    scratch: () => join(scratch, nanoid()),
  }
}

/** Drops what a dead server left half-made; only for the one that holds the data directory. */
export function clearScratch(root: string): void {
  rmSync(join(root, 'tmp'), { recursive: true, force: true })
  mkdirSync(join(root, 'tmp'), { recursive: true })
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
