import type { Store } from '../../src/store/store.ts'
import { partsOf } from '../../src/video/files.ts'

/** Rows that are read at once. */
const batch = 500

/** The blob names of each media row, which stand for the whole of what has to be kept. */
export async function* filesOf(store: Store): AsyncGenerator<[id: number, names: string[]]> {
  for (let after = 0; ; ) {
    const rows = await store.videos.mediaAfter(after, batch)
    for (const row of rows) yield [row.id, partsOf(row).flatMap((part) => row[part] ?? [])]
    const last = rows.at(-1)
    if (!last) return
    after = last.id
  }
}
