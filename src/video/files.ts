import type { Blobs } from '../blob/blob.ts'
import type { Context } from '../context.ts'
import { hashFile } from '../lib/file.ts'
import type { StoredMedia } from '../store/media.ts'
import type { Store } from '../store/store.ts'

type Ports = Pick<Context, 'store' | 'blobs'>

/** Rows, or names of files, that are held in memory at once. */
const batchSize = 500

/** Every row of media by its id, a batch at a time. */
export async function* allMedia(store: Store): AsyncGenerator<StoredMedia> {
  for (let afterId = 0; ; ) {
    const rows = await store.videos.mediaAfter(afterId, batchSize)
    yield* rows
    const last = rows.at(-1)
    if (!last) return
    afterId = last.id
  }
}

type Part = 'video' | 'cover' | 'source'

/** Which files must be there for a row in its state; of a video that was refused nothing is shown. */
function partsOf({ state, source }: StoredMedia): Part[] {
  if (state === 'failed') return []
  return state === 'ready' && source === null ? ['video', 'cover'] : ['source', 'cover']
}

/** The names of the files that must be there for a row. */
export const blobNamesOf = (media: StoredMedia): string[] =>
  partsOf(media).flatMap((part) => media[part] ?? [])

/** A file that a row owns and that is absent or incomplete. */
export interface Missing {
  readonly media: StoredMedia
  readonly part: Part
  readonly name: string
}

/** Goes through all media and yields the files that are missing. */
export async function* missingFiles({ store, blobs }: Ports): AsyncGenerator<Missing> {
  for await (const media of allMedia(store)) {
    for (const part of partsOf(media)) {
      const name = media[part] ?? 'a file without a name'
      if (await isWhole(blobs, media, part)) continue
      const missing = { media, part, name }
      if (await isMissing({ store, blobs }, missing)) yield missing
    }
  }
}

/** Whether every file of a row is there, whole, and an upload with the bytes that came. */
export async function isComplete(blobs: Blobs, media: StoredMedia): Promise<boolean> {
  const parts = partsOf(media)
  for (const part of parts) if (!(await isWhole(blobs, media, part))) return false
  if (media.source === null || !parts.includes('source')) return true
  const hash = await hashFile(blobs.localPath(media.source)).catch(() => null)
  return hash === media.sourceHash
}

/** Whether it still is: beside a server the row may have gone meanwhile, or have another file. */
export async function isMissing({ store, blobs }: Ports, { media, part }: Missing) {
  const now = (await store.videos.mediaAfter(media.id - 1, 1))[0]
  if (now?.id !== media.id || !partsOf(now).includes(part)) return false
  return !(await isWhole(blobs, now, part))
}

async function isWhole(blobs: Blobs, media: StoredMedia, part: Part): Promise<boolean> {
  const name = media[part]
  const file = name === null ? null : await blobs.open(name)
  if (!file) return false
  return part === 'cover' ? file.size > 0 : file.size === media.size
}

/** Yields files last changed before `before` (Unix ms) that no row owns. */
export async function* unownedFiles({ store, blobs }: Ports, before: number) {
  let names: string[] = []
  const unowned = async () => {
    const owned = await store.videos.ownedAmong(names)
    const found = names.filter((name) => !owned.has(name))
    names = []
    return found
  }
  for await (const { name, changedAt } of blobs.list()) {
    if (changedAt < before && names.push(name) === batchSize) yield* await unowned()
  }
  yield* await unowned()
}
