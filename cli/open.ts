import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import type { Blobs } from '../src/blob/blob.ts'
import { createDiskBlobs } from '../src/blob/disk.ts'
import { createSqliteStore } from '../src/store/sqlite/create.ts'
import type { Store } from '../src/store/store.ts'
import { Failure } from './failure.ts'
import { readConfig } from './settings.ts'

/** The store of the data directory, for a command that only reads. @throws Failure if there is none */
export function openExisting(command: Command): Store & AsyncDisposable {
  const { data } = readConfig(command)
  const path = join(data, 'douyin.db')
  if (!existsSync(path)) {
    throw new Failure(`There is no database in ${data}; --data names another directory.`)
  }
  const store = createSqliteStore(path)
  return { ...store, [Symbol.asyncDispose]: store.close }
}

/** The data directory for a command that writes, made if absent. */
export function openOrMake(command: Command): { store: Store; blobs: Blobs } & AsyncDisposable {
  const { data } = readConfig(command)
  mkdirSync(data, { recursive: true })
  const blobs = createDiskBlobs(data)
  const store = createSqliteStore(join(data, 'douyin.db'))
  return { store, blobs, [Symbol.asyncDispose]: store.close }
}
