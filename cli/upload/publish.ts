import { statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { type ApiResponse, ConnectionError, call, retryCodes } from '../lib/api.ts'
import { Failure } from '../lib/failure.ts'
import { multipart } from './multipart.ts'

/** How long it waits before each retry of a broken upload. */
const retryDelaysMs = [1_000, 3_000, 9_000]

/** Time without progress after which a connection counts as broken. */
const stallMs = 120_000

/** The server, and the token of the user who publishes. */
export interface Target {
  readonly server: string
  readonly token: string
}

/** Hears of an upload: that it starts or starts again, bytes sent, and that all are sent. */
export interface UploadListener {
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
 * Publishes one file; retries if the connection breaks, unless the server has the video already.
 * @throws Failure with the server's sentence; ConnectionError, if every try broke
 */
export async function publishFile(
  target: Target,
  { path, title }: { path: string; title: string | undefined },
  listener: UploadListener,
): Promise<Published> {
  const { size } = statSync(path)
  const work = { path, size, title: (title ?? titleOf(path)).trim() }
  // With several uploads at once the newest may be another one; its state then says nothing.
  const published = (newest: Work): Published => ({
    ...{ title: work.title, size },
    ready: newest.title !== work.title || newest.ready,
  })
  let before: Work | undefined
  for (let tries = 0; ; tries++) {
    try {
      const newest = await newestWork(target)
      // The upload may be complete and only its response lost: a retry would publish it twice.
      if (before && newest.id > before.id && newest.title === work.title) return published(newest)
      before ??= newest
      listener.begin(size)
      const answer = await send(target, work, listener)
      if (answer.status_code === 0) return published(await newestWork(target))
      if (!retryCodes.has(answer.status_code)) throw new Failure(`${answer.status_msg}`)
      throw new ConnectionError(`${answer.status_msg}.`)
    } catch (error) {
      const pause = retryDelaysMs[tries]
      if (!(error instanceof ConnectionError) || pause === undefined) throw error
      listener.retry(error.message)
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
const processingMark = '【processing】'

/**
 * The user's newest work, of id 0 if there is none.
 * @throws ConnectionError; Failure, if the token is not valid
 */
export async function newestWork({ server, token }: Target): Promise<Work> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await call(server, '/douyin/publish/list/?limit=1', { headers })
  if (answer.status_code !== 0) throw new Failure(`The token is not valid on ${server}.`)
  const [{ id, title } = { id: 0, title: '' }] = answer.video_list as Omit<Work, 'ready'>[]
  const ready = !title.startsWith(processingMark)
  return { id, title: ready ? title : title.slice(processingMark.length), ready }
}

async function send(
  { server, token }: Target,
  { path, size, title }: { path: string; size: number; title: string },
  listener: UploadListener,
): Promise<ApiResponse> {
  const name = basename(path)
  const body = multipart({ token, title }, { field: 'data', path, name, size })
  const controller = new AbortController()
  const giveUp = () => controller.abort(new Error('nothing moved for two minutes'))
  let timer = setTimeout(giveUp, stallMs)
  let left = size
  const sent = (amount: number) => {
    listener.sent(amount)
    left -= amount
    if (left === 0) listener.processing()
    clearTimeout(timer)
    timer = setTimeout(giveUp, stallMs)
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
