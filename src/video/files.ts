import type { Blobs } from '../blob/blob.ts'
import type { Media } from '../store/media.ts'
import type { Store } from '../store/store.ts'

type Services = { readonly store: Store; readonly blobs: Blobs }

/** Names that are asked for at once. */
const batch = 500

/** Files changed before the moment `before` that no row owns, a few hundred at a time. */
export async function* unownedFiles({ store, blobs }: Services, before: number) {
  let names: string[] = []
  const unowned = async () => {
    const owned = await store.videos.ownedAmong(names)
    const found = names.filter((name) => !owned.has(name))
    names = []
    return found
  }
  for await (const { name, changedAt } of blobs.list()) {
    if (changedAt < before && names.push(name) === batch) yield* await unowned()
  }
  yield* await unowned()
}

/** A file that a row owns and that isn't there, or not whole. */
export interface Missing {
  readonly media: Media
  readonly part: 'video' | 'cover' | 'source'
  readonly name: string
}

/** Goes through all media and answers what of their files is missing. */
export async function* missingFiles({ store, blobs }: Services): AsyncGenerator<Missing> {
  for (let afterId = 0; ; ) {
    const rows = await store.videos.mediaAfter(afterId, batch)
    for (const media of rows) {
      for (const part of partsOf(media)) {
        const name = media[part] ?? 'a file without a name'
        if (await isWhole(blobs, media, part)) continue
        // Beside a running server the row may have gone meanwhile, or its job be done.
        const now = (await store.videos.mediaAfter(media.id - 1, 1))[0]
        if (now?.id === media.id && partsOf(now).includes(part)) yield { media, part, name }
      }
    }
    const last = rows.at(-1)
    if (!last) return
    afterId = last.id
  }
}

/** What a row's state promises to be there; of a video that was refused nothing is shown. */
export function partsOf({ state }: Media): Missing['part'][] {
  if (state === 'failed') return []
  return state === 'ready' ? ['video', 'cover'] : ['source', 'cover']
}

async function isWhole(blobs: Blobs, media: Media, part: Missing['part']): Promise<boolean> {
  const name = media[part]
  const file = name === null ? null : await blobs.open(name)
  if (!file) return false
  return part === 'cover' ? file.size > 0 : file.size === media.size
}
