import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Blobs } from './blob/blob.ts'
import { createDiskBlobs } from './blob/disk.ts'
import type { Bus } from './bus/bus.ts'
import { createLocalBus } from './bus/local.ts'
import type { Config } from './config.ts'
import type { Authenticate } from './http/endpoint/auth.ts'
import { createLimits, type Limits } from './http/endpoint/limits.ts'
import { createMetrics, type Metrics } from './http/metrics/metrics.ts'
import { createLog, type Log } from './http/server/log.ts'
import { createMedia } from './media/create.ts'
import type { Media } from './media/media.ts'
import { type Chat, createChat } from './message/chat.ts'
import { createSqliteStore } from './store/sqlite/create.ts'
import type { Store } from './store/store.ts'
import { authenticator } from './user/login/session.ts'
import { createTranscoder, type Transcoder } from './video/transcode.ts'

/** Everything a feature works with, opened once. */
export interface Context extends AsyncDisposable {
  readonly config: Config
  readonly store: Store
  readonly blobs: Blobs
  readonly bus: Bus
  readonly media: Media
  readonly log: Log
  readonly metrics: Metrics
  readonly authenticate: Authenticate
  readonly limits: Limits
  readonly transcoder: Transcoder
  readonly chat: Chat
}

/** Largest frame that is taken: 8K, pixels. */
const maxPixels = 7680 * 4320
const maxFrameRate = 240

/**
 * Opens the ports in the data directory, which is made if absent. Disposing of the context closes
 * them in order: first who makes work for others, last the database.
 * @throws Error with a sentence, if the directory or the database can't be used
 */
export async function createContext(
  config: Config,
  write: (line: string, urgent: boolean) => void = (line) => console.log(line),
): Promise<Context> {
  mkdirSync(config.data, { recursive: true })
  const { ffmpeg, maxDuration } = config
  const media = await createMedia({ ffmpeg, maxDuration, maxPixels, maxFrameRate })
  const store = createSqliteStore(join(config.data, 'douyin.db'), { ahead: true })
  const bus = createLocalBus()
  const metrics = createMetrics()
  store.observe(metrics.committed)
  const log = { ...createLog(config.log, write), refused: metrics.refused }
  const blobs = createDiskBlobs(config.data)
  const transcoder = createTranscoder({ store, blobs, media, log })
  const authenticate = authenticator(store, log)
  const chat = createChat({ config, store, bus, log, authenticate })
  return {
    config,
    store,
    blobs,
    bus,
    media,
    log,
    metrics,
    authenticate,
    limits: createLimits(config),
    transcoder,
    chat,
    async [Symbol.asyncDispose]() {
      await media.close()
      await transcoder.close()
      chat.close()
      await bus.close()
      metrics.close()
      await store.close()
    },
  }
}
