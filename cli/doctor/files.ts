import { rm } from 'node:fs/promises'
import { AppError } from '../../src/errors.ts'
import type { Finding } from '../../src/store/checks.ts'
import type { Store } from '../../src/store/store.ts'
import { allMedia, type Missing, missingFiles, unownedFiles } from '../../src/video/files.ts'
import { minUnownedAgeMs } from '../../src/video/sweep.ts'
import { openMedia } from '../lib/open.ts'
import type { Patient } from './patient.ts'

/** Examples of each kind that are shown. */
const shown = 5

/** Rows beside files, and files beside rows. */
export const checkFiles = { missing, unowned }

/** Media that may lack files before a fix takes it for a disk that isn't mounted. */
const fewest = 10

/**
 * Rows without their files. A fix draws lost covers again; works whose video is gone, or the upload
 * that it was to be made of, are taken off.
 */
async function missing(patient: Patient, fix: boolean): Promise<readonly Finding[]> {
  const lost: Missing[] = []
  for await (const one of missingFiles(patient)) lost.push(one)
  const findings = (['video', 'cover', 'source'] as const).flatMap((part) =>
    finding(
      `rows without their ${part}`,
      lost.filter((one) => one.part === part).map(({ name }) => name),
    ),
  )
  if (!fix || lost.length === 0) return findings
  const videos = lost.filter(({ part }) => part !== 'cover')
  if (videos.length > fewest && videos.length * 2 > (await countMedia(patient.store))) {
    // Rather a mistake of mounting than a loss: nothing is taken off for it.
    return findings
  }
  await mend(patient, lost)
  return findings
}

async function mend({ store, blobs }: Patient, lost: readonly Missing[]): Promise<void> {
  await using media = await openMedia()
  const gone = new Set(lost.flatMap((one) => (one.part === 'cover' ? [] : one.media.id)))
  for (const id of gone) {
    for (const video of await store.checks.videosOf(id)) {
      for (const name of await store.videos.remove(video)) await blobs.remove(name)
    }
  }
  for (const { media: row, part, name } of lost) {
    if (part !== 'cover' || gone.has(row.id)) continue
    const source = row.state === 'ready' ? row.video : row.source
    if (source === null || !(await blobs.open(source))) continue
    const drawn = blobs.scratch()
    try {
      const path = blobs.localPath(source)
      await media.cover(path, await media.inspect(path), drawn)
      await blobs.put(name, drawn)
    } catch (error) {
      // A video that can't be read any more leaves its cover missing, which is then said.
      if (!(error instanceof AppError)) throw error
    } finally {
      await rm(drawn, { force: true })
    }
  }
}

async function countMedia(store: Store): Promise<number> {
  let amount = 0
  for await (const _ of allMedia(store)) amount++
  return amount
}

/** Files that no row owns, which a fix removes; young ones count only where nobody else writes. */
async function unowned(patient: Patient, fix: boolean): Promise<readonly Finding[]> {
  const before = patient.quietSince ?? Date.now() - minUnownedAgeMs
  const names: string[] = []
  for await (const name of unownedFiles(patient, before)) {
    names.push(name)
    if (fix) await patient.blobs.remove(name)
  }
  return finding('files without a row', names)
}

const finding = (what: string, names: readonly string[]): Finding[] =>
  names.length === 0 ? [] : [{ what, rows: names.length, examples: names.slice(0, shown) }]
