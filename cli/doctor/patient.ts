import type { Blobs } from '../../src/blob/blob.ts'
import type { Store } from '../../src/store/store.ts'

/** A data directory that is looked at. */
export interface Patient {
  readonly store: Store
  readonly blobs: Blobs
  /** Since when nobody else writes files into it, Unix milliseconds; null if somebody may. */
  readonly quietSince: number | null
}
