import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { composed } from '../../src/lib/text/composed.ts'
import {
  type Account,
  type ApiResponse,
  ConnectionError,
  call,
  refusalIn,
  retryCodes,
} from '../lib/api.ts'
import { Failure } from '../lib/failure.ts'
import { note } from '../lib/output.ts'
import type { Progress } from '../lib/progress.ts'
import { clean } from '../lib/text.ts'
import { multipart } from './multipart.ts'

/** Characters of a title at most. */
export const maxTitle = 255

/** How long it waits before each retry of a broken upload. */
const retryDelaysMs = [1_000, 3_000, 9_000]

/** Time without progress after which a connection counts as broken. */
const stallMs = 120_000

/** What was published; the server still transcodes it, if it is not `ready`. */
export interface Published {
  readonly title: string
  /** Bytes. */
  readonly size: number
  readonly ready: boolean
  /** It was there: the server takes the same file with the same title within a minute for one work. */
  readonly repeated: boolean
}

/** A file to publish, and what its progress is called. */
interface Upload {
  readonly path: string
  /** The name of the file, if absent. */
  readonly title: string | undefined
  readonly label: string
}

/**
 * Publishes one file; retries if the connection breaks, unless the server has the video already.
 * @throws Failure with the server's sentence; ConnectionError, if every try broke
 */
export async function publishFile(
  account: Account,
  { path, title: given, label }: Upload,
  progress: Progress,
): Promise<Published> {
  const { size } = await readable(path)
  // As the server stores it: the names of files on a Mac are not composed.
  const title = composed((given ?? titleOf(path)).trim())
  // With several uploads at once the newest may be another one; its state then says nothing.
  const published = (newest: Work): Published => ({
    ...{ title, size },
    ready: newest.title !== title || newest.ready,
    repeated: newest.title === title && newest.id === first?.id,
  })
  /** The newest work before the first try. */
  let first: Work | undefined
  for (let tries = 0; ; tries++) {
    try {
      const newest = await newestWork(account)
      // The upload may be complete and only its response lost: a retry would publish it twice.
      if (first && newest.id > first.id && newest.title === title) return published(newest)
      first ??= newest
      const answer = await send(account, { path, size, title, label }, progress)
      if (answer.status_code === 0) return published(await newestWork(account))
      if (!retryCodes.has(answer.status_code)) throw new Failure(`${answer.status_msg}`)
      throw new ConnectionError(`${answer.status_msg}.`)
    } catch (error) {
      const pause = retryDelaysMs[tries]
      if (!(error instanceof ConnectionError) || pause === undefined) throw error
      note(`${error.message} Trying again …`)
      await Bun.sleep(pause)
    }
  }
}

/** @throws Failure if the file can't be sent: the connection would seem to break */
async function readable(path: string): Promise<{ size: number }> {
  const stats = statSync(path)
  // To open a pipe waits for whoever writes to it.
  if (!stats.isFile()) throw new Failure('It is no file.')
  try {
    await using _file = await open(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    throw new Failure('This user may not read it.')
  }
  return stats
}

interface Work {
  readonly id: number
  readonly title: string
  readonly ready: boolean
}

/** What the server puts before the title of a video that it still transcodes, at once or later. */
const processingMark = /^【processing[^】]*】/

/**
 * The user's newest work, of id 0 if there is none.
 * @throws ConnectionError; Failure, such as that the token is not valid
 */
export async function newestWork(account: Account): Promise<Work> {
  const answer = await call(account, '/douyin/publish/list/?limit=1')
  if (answer.status_code !== 0) throw refusalIn(account, answer)
  const [{ id, title } = { id: 0, title: '' }] = answer.video_list as Omit<Work, 'ready'>[]
  const ready = !processingMark.test(title)
  return { id, title: title.replace(processingMark, ''), ready }
}

/** Sends the file once; a retry starts a new bar below the broken one. */
async function send(
  account: Account,
  { path, size, title, label }: { path: string; size: number; title: string; label: string },
  progress: Progress,
): Promise<ApiResponse> {
  progress.start(label, size, 'bytes')
  const controller = new AbortController()
  const giveUp = () => controller.abort(new Error('nothing moved for two minutes'))
  let timer = setTimeout(giveUp, stallMs)
  let left = size
  const { headers, body } = multipart(title, { path, size }, (amount) => {
    progress.advance(amount)
    left -= amount
    if (left === 0) {
      progress.stop()
      note(`${clean(label)}: the server is processing it …`)
    }
    clearTimeout(timer)
    timer = setTimeout(giveUp, stallMs)
  })
  try {
    return await call(account, '/douyin/publish/action/', {
      method: 'POST',
      headers,
      // Bun's fetch takes an iterator and keeps the length that was announced.
      body: body as never,
      signal: controller.signal,
    })
  } finally {
    clearTimeout(timer)
    progress.stop()
  }
}

/** The name of a file without its ending. */
const titleOf = (path: string): string =>
  [...basename(path, extname(path))].slice(0, maxTitle).join('') || basename(path)
