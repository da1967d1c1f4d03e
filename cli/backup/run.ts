import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { version } from '../../package.json' with { type: 'json' }
import { type Blobs, blobFolders } from '../../src/blob/blob.ts'
import { hashFile, syncPath } from '../../src/lib/file.ts'
import { claimBackup } from '../../src/lib/lock.ts'
import type { Store } from '../../src/store/store.ts'
import { allMedia, blobNamesOf } from '../../src/video/files.ts'
import { Failure } from '../lib/failure.ts'
import { databaseFormat, openCopy, openWhole } from '../lib/open.ts'
import { note, print } from '../lib/output.ts'
import { createProgress, type Progress } from '../lib/progress.ts'
import { plural } from '../lib/text.ts'
import { linkOrCopy, sizeOf, writeWhole } from './copy.ts'
import { contentsOf, type Manifest, manifestName, readList, readManifest } from './manifest.ts'

/** Another snapshot is taken if a file was removed while the one before was being copied. */
const maxSnapshots = 3

/**
 * `douyin backup`. Media first, then the database, then the media that came meanwhile: so everything
 * acknowledged before is in it, and every row has its file. The manifest comes last and completes the
 * backup; files that it doesn't name are removed after that.
 */
export async function runBackup(directory: string, _: object, command: Command): Promise<void> {
  await using source = openWhole(command)
  const target = resolve(directory)
  mkdirSync(target, { recursive: true, mode: 0o700 })
  if ((await realpath(target)) === (await realpath(source.data))) {
    throw new Failure('A backup of the data directory needs another directory.')
  }
  const release = claimBackup(target)
  const progress = createProgress()
  try {
    const known = knownHashes(target)
    await copyMedia(source.store, source.blobs, target, progress)
    for (let taken = 1; ; taken++) {
      const manifest = await complete(source, target, known, progress)
      if (manifest.missing.length > 0 && taken < maxSnapshots) continue
      await writeWhole(join(target, manifestName), `${JSON.stringify(manifest, null, 2)}\n`)
      tidy(target, manifest)
      return report(target, manifest)
    }
  } finally {
    release()
  }
}

function knownHashes(target: string): Map<string, string> {
  const manifest = readManifest(target)
  return manifest ? readList(join(target, manifest.files.file)) : new Map()
}

/** Copies what isn't there yet; returns the names of files that are missing. */
async function copyMedia(
  store: Store,
  blobs: Blobs,
  target: string,
  progress: Progress,
): Promise<string[]> {
  const missing: string[] = []
  for await (const name of mediaFiles(store, 'media', progress)) {
    const from = blobs.localPath(name)
    const to = join(target, name)
    const size = await sizeOf(from)
    // A file of that name is whole: it was copied under another one.
    if (size !== null && size === (await sizeOf(to))) continue
    const copied = await linkOrCopy(from, to).catch((error) => {
      if (error.code !== 'ENOENT') throw error
      return null
    })
    if (copied === null) missing.push(name)
  }
  return missing
}

/** Copies the database and the media that the first pass hasn't; returns the manifest of it all. */
async function complete(
  { store, blobs }: { store: Store; blobs: Blobs },
  target: string,
  known: ReadonlyMap<string, string>,
  progress: Progress,
): Promise<Manifest> {
  const taken = new Date().toISOString()
  const stamp = taken.replace(/\D/g, '')
  const database = `douyin-${stamp}.db`
  const path = join(target, database)
  await store.snapshot(path)
  chmodSync(path, 0o600)
  const copied = openCopy(path)
  const missing = await copyMedia(copied, blobs, target, progress)
  const rows = await copied.checks.rows()
  const { lines, bytes } = await list(copied, target, known, progress)
  await copied.close()
  await syncPath(path)
  for (const folder of blobFolders) await syncPath(join(target, folder)).catch(() => {})
  const files = `files-${stamp}.sha256`
  const text = lines.join('')
  await writeWhole(join(target, files), text)
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

/** The lines of the list of media; those of the backup before are not read again. */
async function list(
  store: Store,
  target: string,
  known: ReadonlyMap<string, string>,
  progress: Progress,
): Promise<{ lines: string[]; bytes: number }> {
  const lines: string[] = []
  let bytes = 0
  for await (const name of mediaFiles(store, 'hashes', progress)) {
    const size = await sizeOf(join(target, name))
    if (size === null) continue
    lines.push(`${known.get(name) ?? (await hashFile(join(target, name)))}  ${name}\n`)
    bytes += size
  }
  return { lines, bytes }
}

/** The names of all files that rows own, showing the progress through the rows. */
async function* mediaFiles(store: Store, label: string, progress: Progress) {
  const { media = 0 } = await store.checks.rows()
  progress.start(label, media)
  for await (const row of allMedia(store)) {
    progress.advance(1)
    yield* blobNamesOf(row)
  }
  progress.stop()
}

/** Removes what earlier backups left and this one doesn't name. */
function tidy(target: string, { database, files }: Manifest): void {
  const own = /^(douyin-\d+\.db(-wal|-shm)?|files-\d+\.sha256)(\.part)?$|^manifest\.json\.part$/
  for (const name of readdirSync(target)) {
    if (own.test(name) && name !== database.file && name !== files.file) rmSync(join(target, name))
  }
  const listed = readList(join(target, files.file))
  for (const folder of blobFolders) {
    const path = join(target, folder)
    for (const name of existsSync(path) ? readdirSync(path) : []) {
      if (!listed.has(`${folder}/${name}`)) rmSync(join(target, folder, name))
    }
  }
}

function report(target: string, manifest: Manifest): void {
  const { missing } = manifest
  print(`${target}: ${contentsOf(manifest)}`)
  if (missing.length === 0) return
  note(`${plural(missing.length, 'file')} of the data directory are missing; see douyin doctor.`)
}
