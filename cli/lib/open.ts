import { join } from 'node:path'
import type { Command } from 'commander'
import type { Blobs } from '../../src/blob/blob.ts'
import { createDiskBlobs } from '../../src/blob/disk.ts'
import { claimFiles } from '../../src/lib/lock.ts'
import { tighten } from '../../src/lib/modes.ts'
import type { Media } from '../../src/media/media.ts'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { migrations } from '../../src/store/sqlite/migrations/migrate.ts'
import type { Store } from '../../src/store/store.ts'
import { assertMayUse, findDatabase, makeDataDirectory } from './data-directory.ts'
import { readConfig } from './settings.ts'

/** The store of the data directory, for a command that only reads. @throws Failure if there is none */
export function openExisting(command: Command): Store & AsyncDisposable {
  const store = createSqliteStore(findDatabase(readConfig(command).data))
  return { ...store, [Symbol.asyncDispose]: store.close }
}

/** A data directory as it is, with its files. @throws Failure if there is none */
export function openWhole(
  command: Command,
): { data: string; store: Store; blobs: Blobs } & AsyncDisposable {
  const { data } = readConfig(command)
  const path = findDatabase(data)
  const blobs = createDiskBlobs(data)
  const store = createSqliteStore(path)
  return { data, store, blobs, [Symbol.asyncDispose]: store.close }
}

/** The media port without limits, for files that were accepted once. */
export async function openMedia(): Promise<Media & AsyncDisposable> {
  const { createMedia } = await import('../../src/media/create.ts')
  const limit = Number.MAX_SAFE_INTEGER
  const limits = { maxDuration: limit, maxPixels: limit, maxFrameRate: limit }
  const media = await createMedia({ ffmpeg: 'auto', ...limits })
  return { ...media, [Symbol.asyncDispose]: media.close }
}

/** The format of the tables that this program makes and knows. */
export const databaseFormat = migrations.length

/** A copy of a database, as a store. @throws Error with a sentence, if it is from a newer version */
export const openCopy = (path: string): Store => createSqliteStore(path)

/** The data directory for a command that writes, made if absent. */
export function openOrMake(command: Command): { store: Store; blobs: Blobs } & AsyncDisposable {
  const { data } = readConfig(command)
  makeDataDirectory(data)
  assertMayUse(data)
  tighten(data)
  const release = claimFiles(data)
  const blobs = createDiskBlobs(data)
  const store = createSqliteStore(join(data, 'douyin.db'))
  return {
    store,
    blobs,
    async [Symbol.asyncDispose]() {
      await store.close()
      release()
    },
  }
}
