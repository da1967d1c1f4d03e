import { statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { type ApiResponse, ConnectionError, call } from '../lib/api.ts'
import { Failure } from '../lib/failure.ts'
import { multipart } from './multipart.ts'

/** How often a broken upload is begun again, and how long it waits before, ms. */
const pauses = [1_000, 3_000, 9_000]

/** Milliseconds without progress after which a connection counts as broken. */
const patience = 120_000

/** Codes of the API that mean `later`: busy and too many requests. */
const later = new Set([7001, 9429, 9503])

/** Where a work goes, and as whose. */
export interface Target {
  readonly server: string
  readonly token: string
}

/** Told about an upload: that it begins (again), how many bytes have gone, and that all have. */
export interface Watcher {
  begin(size: number): void
  sent(amount: number): void
  processing(): void
  retry(reason: string): void
}

/** What was published; the server still transcodes it, if it is not `ready`. */
export interface Published {
  readonly title: string
  /** Bytes. */
  readonly size: number
  readonly ready: boolean
}

/**
 * Publishes one file; begins again if the connection breaks, unless the server has it already.
 * @throws Failure with the server's sentence; ConnectionError, if every try broke
 */
export async function publishFile(
  target: Target,
  { path, title }: { path: string; title: string | undefined },
  watcher: Watcher,
): Promise<Published> {
  const { size } = statSync(path)
  const work = { path, size, title: (title ?? titleOf(path)).trim() }
  // Of several uploads at once the newest may be another; then nothing is known to be missing.
  const published = (newest: Work): Published => ({
    ...{ title: work.title, size },
    ready: newest.title !== work.title || newest.ready,
  })
  let before: Work | undefined
  for (let tries = 0; ; tries++) {
    try {
      const newest = await newestWork(target)
      // All may have arrived although its answer did not: a second try would publish it twice.
      if (before && newest.id > before.id && newest.title === work.title) return published(newest)
      before ??= newest
      watcher.begin(size)
      const answer = await send(target, work, watcher)
      if (answer.status_code === 0) return published(await newestWork(target))
      if (!later.has(answer.status_code)) throw new Failure(`${answer.status_msg}`)
      throw new ConnectionError(`${answer.status_msg}.`)
    } catch (error) {
      const pause = pauses[tries]
      if (!(error instanceof ConnectionError) || pause === undefined) throw error
      watcher.retry(error.message)
      await Bun.sleep(pause)
    }
  }
}

interface Work {
  readonly id: number
  readonly title: string
  readonly ready: boolean
}

/** What the server puts before the title of a video that it still transcodes. */
const mark = '【processing】'

/**
 * The user's newest work, of id 0 if there is none.
 * @throws ConnectionError; Failure, if the token is not valid
 */
export async function newestWork({ server, token }: Target): Promise<Work> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await call(server, '/douyin/publish/list/?limit=1', { headers })
  if (answer.status_code !== 0) throw new Failure(`The token is not valid on ${server}.`)
  const [{ id, title } = { id: 0, title: '' }] = answer.video_list as Omit<Work, 'ready'>[]
  const ready = !title.startsWith(mark)
  return { id, title: ready ? title : title.slice(mark.length), ready }
}

async function send(
  { server, token }: Target,
  { path, size, title }: { path: string; size: number; title: string },
  watcher: Watcher,
): Promise<ApiResponse> {
  const name = basename(path)
  const body = multipart({ token, title }, { field: 'data', path, name, size })
  const controller = new AbortController()
  const giveUp = () => controller.abort(new Error('nothing moved for two minutes'))
  let timer = setTimeout(giveUp, patience)
  let left = size
  const sent = (amount: number) => {
    watcher.sent(amount)
    left -= amount
    if (left === 0) watcher.processing()
    clearTimeout(timer)
    timer = setTimeout(giveUp, patience)
  }
  try {
    return await call(server, '/douyin/publish/action/', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': body.type,
        'content-length': String(body.length),
      },
      // Bun's fetch takes an iterator and keeps the length that was announced.
      body: body.stream(sent) as never,
      signal: controller.signal,
    })
  } finally {
    clearTimeout(timer)
  }
}

/** The name of a file without its ending; titles have at most 255 characters. */
const titleOf = (path: string): string =>
  [...basename(path, extname(path))].slice(0, 255).join('') || basename(path)
