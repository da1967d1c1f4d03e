import { rm } from 'node:fs/promises'
import type { Context } from '../../src/context.ts'
import { AppError } from '../../src/errors.ts'
import type { Finding } from '../../src/store/checks.ts'
import { allPictures } from '../../src/user/pictures.ts'
import { isMissing, type Missing, missingFiles, unownedFiles } from '../../src/video/files.ts'
import { minUnownedAgeMs } from '../../src/video/sweep.ts'
import { openMedia } from '../lib/open.ts'

/** The data directory that is checked. */
export interface Checked extends Pick<Context, 'store' | 'blobs'> {
  /** Since when no other process puts files into it, Unix milliseconds; null if one may. */
  readonly quietSince: number | null
}

/** Shown for each kind of finding. */
const maxExamples = 5

/** More than these and half of all are missing where the disk isn't mounted. */
const maxMissingVideos = 10

/** How a finding of missing files is called. */
const without = (part: Missing['part']): string => `rows without their ${part}`

/** Whether so many videos are missing that their disk is probably not mounted: then none is removed. */
export async function isUnmounted(
  { store }: Pick<Checked, 'store'>,
  findings: readonly Finding[],
): Promise<boolean> {
  const parts = [without('video'), without('source')]
  const missing = findings.filter(({ what }) => parts.includes(what))
  const videos = missing.reduce((sum, { rows }) => sum + rows, 0)
  if (videos <= maxMissingVideos) return false
  const { media = 0 } = await store.checks.rows()
  return videos * 2 > media
}

/**
 * Rows without their files. A fix draws missing covers again, and removes the videos whose file, or
 * the upload that it was to be made of, is gone.
 */
export async function checkMissing(checked: Checked, fix: boolean): Promise<readonly Finding[]> {
  const missing = await Array.fromAsync(missingFiles(checked))
  const findings = (['video', 'cover', 'source'] as const).flatMap((part) =>
    finding(
      without(part),
      missing.filter((one) => one.part === part).map(({ name }) => name),
    ),
  )
  if (!fix || missing.length === 0) return findings
  if (!(await isUnmounted(checked, findings))) await mend(checked, missing)
  return findings
}

async function mend({ store, blobs }: Checked, missing: readonly Missing[]): Promise<void> {
  await using media = await openMedia()
  const gone = new Set<number>()
  for (const one of missing) {
    const { id } = one.media
    if (one.part === 'cover' || gone.has(id)) continue
    // An upload of the same bytes may have brought it back while everything else was looked at.
    if (!(await isMissing({ store, blobs }, one))) continue
    gone.add(id)
    for (const video of await store.checks.videosOf(id)) {
      for (const name of await store.videos.remove(video)) await blobs.remove(name)
    }
  }
  for (const { media: row, part, name } of missing) {
    if (part !== 'cover' || gone.has(row.id)) continue
    const source = row.source ?? row.video
    if (!(await blobs.open(source))) continue
    const drawn = blobs.scratch()
    try {
      const path = blobs.localPath(source)
      await media.cover(path, await media.inspect(path), drawn)
      await blobs.put(name, drawn)
    } catch (error) {
      // The cover of a video that can't be read any more stays missing, and is reported.
      if (!(error instanceof AppError)) throw error
    } finally {
      await rm(drawn, { force: true })
    }
  }
}

/** Users whose avatar or background is gone: a fix gives them the drawn one again. */
export async function checkPictures(
  { store: { users }, blobs }: Checked,
  fix: boolean,
): Promise<readonly Finding[]> {
  const lost: Record<'avatar' | 'background', string[]> = { avatar: [], background: [] }
  for await (const row of allPictures({ users })) {
    for (const kind of ['avatar', 'background'] as const) {
      const name = row[kind]
      if (name === null || ((await blobs.open(name))?.size ?? 0) > 0) continue
      // Beside a running server another picture may have taken its place meanwhile.
      if ((await users.byId(row.id))?.[kind] !== name) continue
      lost[kind].push(name)
      if (fix) await users.update(row.id, { [kind]: null })
    }
  }
  return Object.entries(lost).flatMap(([kind, names]) =>
    finding(`users without their ${kind}`, names),
  )
}

/** Files without a row, which a fix removes; new ones count only if nobody else writes files. */
export async function checkUnowned(checked: Checked, fix: boolean): Promise<readonly Finding[]> {
  const before = checked.quietSince ?? Date.now() - minUnownedAgeMs
  const names: string[] = []
  for await (const name of unownedFiles(checked, before)) {
    names.push(name)
    if (fix) await checked.blobs.remove(name)
  }
  return finding('files without a row', names)
}

const finding = (what: string, names: readonly string[]): Finding[] =>
  names.length === 0 ? [] : [{ what, rows: names.length, examples: names.slice(0, maxExamples) }]
