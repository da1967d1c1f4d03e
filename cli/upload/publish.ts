import { statSync } from 'node:fs'
import { basename, extname } from 'node:path'
import { Failure } from '../failure.ts'
import { type Answer, Broken, call } from './client.ts'
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

/** Told about an upload: that it begins (again), and how many bytes have gone. */
export interface Watcher {
  begin(size: number): void
  sent(amount: number): void
  retry(reason: string): void
}

/**
 * Publishes one file; begins again if the connection breaks, unless the server has it already.
 * @throws Failure with the server's sentence; Broken, if every try broke
 */
export async function publishFile(
  target: Target,
  { path, title }: { path: string; title: string | undefined },
  watcher: Watcher,
): Promise<{ size: number; title: string }> {
  const { size } = statSync(path)
  const work = { path, size, title: title ?? titleOf(path) }
  let before: Work | undefined
  for (let tries = 0; ; tries++) {
    try {
      const newest = await newestWork(target)
      // All may have arrived although its answer did not: a second try would publish it twice.
      if (before && newest.id > before.id && newest.title === work.title) return work
      before ??= newest
      watcher.begin(size)
      const answer = await send(target, work, watcher)
      if (answer.status_code === 0) return work
      if (!later.has(answer.status_code)) throw new Failure(`${answer.status_msg}`)
      throw new Broken(`${answer.status_msg}.`)
    } catch (error) {
      const pause = pauses[tries]
      if (!(error instanceof Broken) || pause === undefined) throw error
      watcher.retry(error.message)
      await Bun.sleep(pause)
    }
  }
}

type Work = { id: number; title: string }

/**
 * The user's newest work, of id 0 if there is none.
 * @throws Broken; Failure, if the token is not valid
 */
export async function newestWork({ server, token }: Target): Promise<Work> {
  const headers = { authorization: `Bearer ${token}` }
  const answer = await call(server, '/douyin/publish/list/?limit=1', { headers })
  if (answer.status_code !== 0) throw new Failure(`The token is not valid on ${server}.`)
  return (answer.video_list as Work[])[0] ?? { id: 0, title: '' }
}

async function send(
  { server, token }: Target,
  { path, size, title }: { path: string; size: number; title: string },
  watcher: Watcher,
): Promise<Answer> {
  const name = basename(path)
  const body = multipart({ token, title }, { field: 'data', path, name, size })
  const controller = new AbortController()
  const giveUp = () => controller.abort(new Error('nothing moved for two minutes'))
  let timer = setTimeout(giveUp, patience)
  const sent = (amount: number) => {
    watcher.sent(amount)
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
