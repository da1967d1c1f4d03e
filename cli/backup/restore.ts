import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { blobFolders, blobName } from '../../src/blob/blob.ts'
import { makeFolders } from '../../src/blob/disk.ts'
import { hashFile, syncPath } from '../../src/lib/file.ts'
import { claimDirectory, isQuiet } from '../../src/lib/lock.ts'
import { tighten } from '../../src/lib/modes.ts'
import { makeDataDirectory } from '../lib/data-directory.ts'
import { Failure } from '../lib/failure.ts'
import { databaseFormat } from '../lib/open.ts'
import { print } from '../lib/output.ts'
import { createProgress, type Progress } from '../lib/progress.ts'
import { readConfig } from '../lib/settings.ts'
import { plural } from '../lib/text.ts'
import { copy, linkOrCopy, sizeOf } from './copy.ts'
import { contentsOf, type Hashed, type Manifest, readList, readManifest } from './manifest.ts'
import { assertApart } from './place.ts'

/**
 * `douyin restore`: checks every hash of the backup, then puts the media in their places and last the
 * database. The backup stays as it is.
 * @throws Failure if the backup is damaged, or the data directory is not empty
 */
export async function runRestore(
  directory: string,
  { force }: { force?: true },
  command: Command,
): Promise<void> {
  const source = resolve(directory)
  const { data } = readConfig(command)
  const manifest = readManifest(source)
  if (!manifest) throw new Failure(`There is no finished backup in ${source}.`)
  if (manifest.database.format > databaseFormat) {
    throw new Failure(
      `The backup was made by a newer douyin (${manifest.program}); this one can't read it.`,
    )
  }
  assertApart(source, data)
  if (!force && !isEmpty(data)) {
    throw new Failure(`${data} is not empty; --force replaces what is in it.`)
  }
  const made = makeDataDirectory(data)
  let isRestored = false
  try {
    await claimed(data, async () => {
      const progress = createProgress()
      const names = await verify(source, manifest, progress)
      await place(source, data, manifest, names, progress)
    })
    isRestored = true
  } finally {
    if (made !== undefined && !isRestored) rmSync(made, { recursive: true, force: true })
  }
  print(`${data}: ${contentsOf(manifest)}`)
}

/** Runs something while nobody else writes to the data directory. */
async function claimed(data: string, run: () => Promise<void>): Promise<void> {
  const release = claimDirectory(data)
  try {
    if (!isQuiet(data, false)) throw new Failure(`Another command writes to ${data}.`)
    await run()
  } finally {
    release()
  }
}

/** Files that may be in an empty data directory: replacing them loses nothing. */
const ignored = new Set(['.gitignore', 'serve.lock', 'files.lock', 'douyin.reserve', 'lost+found'])

function isEmpty(data: string): boolean {
  // What is no directory is refused by a sentence of its own.
  if (!existsSync(data) || !statSync(data).isDirectory()) return true
  return readdirSync(data, { recursive: true, withFileTypes: true }).every(
    (entry) => entry.isDirectory() || ignored.has(entry.name),
  )
}

/** Checks every hash; returns the names of the media. @throws Failure if anything differs from the manifest */
async function verify(source: string, manifest: Manifest, progress: Progress): Promise<string[]> {
  for (const part of [manifest.database, manifest.files]) {
    if (await differs(source, part)) {
      throw new Failure(`${part.file} of the backup is damaged or missing.`)
    }
  }
  const listed = readList(join(source, manifest.files.file))
  const wrong: string[] = []
  progress.start('checked', listed.size)
  for (const [name, sha256] of listed) {
    const path = join(source, name)
    const whole = blobName.test(name) && existsSync(path) && (await hashFile(path)) === sha256
    if (!whole) wrong.push(name)
    progress.advance(1)
  }
  progress.stop()
  if (wrong.length > 0) {
    const some = wrong.slice(0, 3).join(', ')
    const are = wrong.length === 1 ? 'is' : 'are'
    throw new Failure(
      `${plural(wrong.length, 'file')} of the backup ${are} damaged or missing: ${some}.`,
    )
  }
  return [...listed.keys()]
}

async function differs(source: string, { file, size, sha256 }: Hashed): Promise<boolean> {
  const path = join(source, file)
  if (!/^[\w.-]+$/.test(file) || (await sizeOf(path)) !== size) return true
  return (await hashFile(path)) !== sha256
}

/** The database comes last: an interrupted restore leaves none, or the old one. */
async function place(
  source: string,
  data: string,
  { database }: Manifest,
  names: readonly string[],
  progress: Progress,
): Promise<void> {
  makeFolders(data)
  progress.start('restored', names.length)
  for (const name of names) {
    await linkOrCopy(join(source, name), join(data, name))
    progress.advance(1)
  }
  progress.stop()
  for (const folder of blobFolders) await syncPath(join(data, folder))
  const path = join(data, 'douyin.db')
  const fresh = `${path}.restoring`
  await copy(join(source, database.file), fresh)
  // SQLite would apply the old files beside the database to the new one.
  for (const suffix of ['-wal', '-shm', '-journal']) {
    await rm(`${path}${suffix}`, { force: true })
  }
  await rename(fresh, path)
  tighten(data)
  await syncPath(data)
}
