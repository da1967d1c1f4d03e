import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Blobs } from './blob/blob.ts'
import { createDiskBlobs } from './blob/disk.ts'
import type { Bus } from './bus/bus.ts'
import { createLocalBus } from './bus/local.ts'
import type { Config } from './config.ts'
import { createMetrics, type Metrics } from './http/metrics/metrics.ts'
import { createLog, type Log } from './http/server/log.ts'
import { tighten } from './lib/modes.ts'
import { createMedia } from './media/create.ts'
import type { Media } from './media/media.ts'
import { createSqliteStore } from './store/sqlite/engine/create.ts'
import type { Store } from './store/store.ts'

/** The settings, the log, and the ports: all that is opened once for a whole server. */
export interface Context extends AsyncDisposable {
  readonly config: Config
  readonly log: Log
  readonly metrics: Metrics
  readonly store: Store
  readonly blobs: Blobs
  readonly bus: Bus
  readonly media: Media
}

/** Largest frame that is taken: 8K. */
const maxPixels = 7680 * 4320
/** Frames per second. */
const maxFrameRate = 240

/**
 * Opens the ports in the data directory, which is made if absent. Disposing of the context closes
 * them, the database last; what runs on them (`createApp`) must be disposed of before.
 * @param write takes the lines of the log; an urgent one should not wait for others
 * @throws Error with a sentence, if the directory or the database can't be used
 */
export async function createContext(
  config: Config,
  write: (line: string, urgent: boolean) => void = (line) => console.log(line),
): Promise<Context> {
  const { ffmpeg, maxDuration, mediaMemory: memory } = config
  const lines = createLog(config.log, write)
  const limits = { maxDuration, maxPixels, maxFrameRate }
  const media = await createMedia({ ffmpeg, memory, note: lines.note, ...limits })
  mkdirSync(config.data, { recursive: true })
  tighten(config.data)
  const metrics = createMetrics()
  const log = { ...lines, refused: metrics.refused }
  const store = createSqliteStore(join(config.data, 'douyin.db'), log.note)
  store.observe(metrics.committed)
  const bus = createLocalBus()
  return {
    config,
    log,
    metrics,
    store,
    blobs: createDiskBlobs(config.data),
    bus,
    media,
    async [Symbol.asyncDispose]() {
      await media.close()
      await bus.close()
      metrics.close()
      await store.close()
    },
  }
}
