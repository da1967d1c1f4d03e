import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { version } from '../../package.json' with { type: 'json' }
import { type Blobs, blobFolders, blobName } from '../../src/blob/blob.ts'
import { hashFile, syncPath } from '../../src/lib/file.ts'
import { claimBackup } from '../../src/lib/lock.ts'
import { tighten } from '../../src/lib/modes.ts'
import type { Store } from '../../src/store/store.ts'
import { allPictures } from '../../src/user/pictures.ts'
import { allMedia, blobNamesOf } from '../../src/video/files.ts'
import { databaseFormat, openCopy, openWhole } from '../lib/open.ts'
import { note, print } from '../lib/output.ts'
import { createProgress, type Progress } from '../lib/progress.ts'
import { plural } from '../lib/text.ts'
import { linkOrCopy, sizeOf, writeWhole } from './copy.ts'
import { contentsOf, type Manifest, manifestName, readList, readManifest } from './manifest.ts'
import { assertApart, assertBackupPlace } from './place.ts'

/** Another snapshot is taken if a file was removed while the one before was being copied. */
const maxSnapshots = 3

/**
 * `douyin backup`. Media first, then the database, then the media that came meanwhile: so everything
 * acknowledged before is in it, and every row has its file. The manifest comes last and completes the
 * backup; files that it doesn't name are removed after that.
 */
export async function runBackup(directory: string, _: object, command: Command): Promise<void> {
  await using source = openWhole(command)
  const { data, store, blobs } = source
  const target = resolve(directory)
  assertApart(target, data)
  assertBackupPlace(target)
  mkdirSync(target, { recursive: true })
  const release = claimBackup(target)
  const backup = { store, blobs, target, hashes: knownHashes(target), progress: createProgress() }
  try {
    for await (const name of mediaFiles(store, 'media', backup.progress)) {
      await copyMedia(backup, name)
    }
    let manifest = await complete(backup)
    for (let taken = 1; manifest.missing.length > 0 && taken < maxSnapshots; taken++) {
      manifest = await complete(backup)
    }
    await writeWhole(join(target, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
    tidy(target, manifest)
    tighten(target)
    report(target, manifest)
  } finally {
    release()
  }
}

/** What a backup is made of. */
interface Backup {
  readonly store: Store
  readonly blobs: Blobs
  readonly target: string
  /** Of media by their names, also those of the backup before: they are not read again. */
  readonly hashes: Map<string, string>
  readonly progress: Progress
}

function knownHashes(target: string): Map<string, string> {
  const manifest = readManifest(target)
  return manifest ? readList(join(target, manifest.files.file)) : new Map()
}

/** Copies a file that isn't there yet; returns its size in bytes, null if it is missing. */
async function copyMedia(backup: Backup, name: string): Promise<number | null> {
  const { blobs, target, hashes } = backup
  const from = blobs.localPath(name)
  const to = join(target, name)
  try {
    const { size } = await stat(from)
    // A file of that name and size is whole: it was copied under another one.
    if (size === (await sizeOf(to))) return size
    // What was known of the name is not of these bytes: a cover may have been drawn again. Nor is the
    // backup before whole without what it had, should this one be cut short.
    if (hashes.delete(name)) await rm(join(target, manifestName), { force: true })
    await linkOrCopy(from, to)
    return size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return null
  }
}

/** Copies the database and the media that aren't there yet; returns the manifest of it all. */
async function complete(backup: Backup): Promise<Manifest> {
  const { store, target, hashes, progress } = backup
  const taken = new Date().toISOString()
  const stamp = taken.replace(/\D/g, '')
  const database = `douyin-${stamp}.db`
  const path = join(target, database)
  await store.snapshot(path)
  const copied = openCopy(path)
  const missing: string[] = []
  const lines: string[] = []
  let bytes = 0
  for await (const name of mediaFiles(copied, 'hashes', progress)) {
    const size = await copyMedia(backup, name)
    if (size === null) {
      missing.push(name)
      continue
    }
    const hash = hashes.get(name) ?? (await hashFile(join(target, name)))
    hashes.set(name, hash)
    lines.push(`${hash}  ${name}\n`)
    bytes += size
  }
  const rows = await copied.checks.rows()
  await copied.close()
  await syncPath(path)
  for (const folder of blobFolders) await syncPath(join(target, folder)).catch(() => {})
  const files = `files-${stamp}.sha256`
  await writeWhole(join(target, files), lines.join(''))
  const describe = async (file: string) => {
    const place = join(target, file)
    return { file, size: (await sizeOf(place)) ?? 0, sha256: await hashFile(place) }
  }
  return {
    format: 1,
    program: version,
    taken,
    database: { ...(await describe(database)), format: databaseFormat },
    rows,
    files: { ...(await describe(files)), count: lines.length, bytes },
    missing,
  }
}

/** The names of all files that rows own, showing the progress through the rows. */
async function* mediaFiles(store: Store, label: string, progress: Progress) {
  const { media = 0 } = await store.checks.rows()
  progress.start(label, media)
  for await (const row of allMedia(store)) {
    progress.advance(1)
    yield* blobNamesOf(row)
  }
  for await (const { avatar, background } of allPictures(store)) {
    yield* [avatar, background].filter((name) => name !== null)
  }
  progress.stop()
}

/** Removes what earlier backups left and this one doesn't name; what isn't ours stays. */
function tidy(target: string, { database, files }: Manifest): void {
  const own =
    /^(douyin-\d+\.(db(-wal|-shm)?|reserve)|files-\d+\.sha256)(\.part)?$|^manifest\.json\.part$/
  for (const name of readdirSync(target)) {
    if (own.test(name) && name !== database.file && name !== files.file) rmSync(join(target, name))
  }
  const listed = readList(join(target, files.file))
  for (const folder of blobFolders) {
    const path = join(target, folder)
    for (const entry of existsSync(path) ? readdirSync(path, { withFileTypes: true }) : []) {
      const name = `${folder}/${entry.name}`
      const isOurs = entry.isFile() && blobName.test(name.replace(/\.part$/, ''))
      if (isOurs && !listed.has(name)) rmSync(join(target, name))
    }
  }
}

function report(target: string, manifest: Manifest): void {
  const { missing } = manifest
  print(`${target}: ${contentsOf(manifest)}`)
  if (missing.length === 0) return
  const are = missing.length === 1 ? 'is' : 'are'
  note(`${plural(missing.length, 'file')} of the data directory ${are} missing; see douyin doctor.`)
}
