/** An upload over the limit: a transport failure (413) that still carries the envelope, and nothing kept. */
import { beforeAll, describe, expect, test } from 'bun:test'
import { clip } from '../support/media/clips.ts'
import * as act from './actors.ts'
import { readTransportFailure } from './client.ts'
import * as to from './endpoints.ts'
import { ownServer, useServer } from './server.ts'
import { form, type Params } from './transports.ts'

describe.skipIf(!ownServer)('with --max-upload 256KB', () => {
  const api = useServer('--max-upload', '256KB')
  let author: act.Account
  let small: Uint8Array<ArrayBuffer>

  beforeAll(async () => {
    author = await act.newcomer(api)
    small = await Bun.file(await clip('h264')).bytes()
  })

  const orders = [
    ['token', 'title', 'data'],
    ['data', 'title', 'token'],
  ]
  for (const order of orders) {
    for (const size of [270_000, 400_000, 3_000_000]) {
      test(`${size} bytes, ${order.join(', ')}`, async () => {
        const body = form(inOrder(order, size))
        const answer = await api.raw(to.publish.path, { method: 'POST', body })
        await readTransportFailure(answer, [413])
        expect(await act.publishedBy(api, author)).toEqual([])
      })

      test(`${size} bytes, ${order.join(', ')}, of a length that isn't announced`, async () => {
        const packed = new Request('http://x.invalid/', {
          method: 'POST',
          body: form(inOrder(order, size)),
        })
        const type = packed.headers.get('content-type')!
        const answer = await api.raw(to.publish.path, {
          method: 'POST',
          headers: { 'content-type': type },
          body: inPieces(await packed.bytes()),
        })
        await readTransportFailure(answer, [413])
        expect(await act.publishedBy(api, author)).toEqual([])
      })
    }
  }

  test('an endless body for an endpoint that needs none is 413 too, or a refusal', async () => {
    const answer = await api.raw(to.login.path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'x'.repeat(30_000_000), password: 'x' }),
    })
    expect([200, 413]).toContain(answer.status)
    expect(await answer.json()).not.toMatchObject({ status_code: 0 })
  })

  test('the server goes on afterwards, and accepts what fits', async () => {
    await act.publishClip(api, author)
    await api.ok(to.profile, { token: author.token })
  })

  /** A real beginning, so that nothing but the size speaks against it. */
  function inOrder(order: string[], size: number): Params {
    const filling = new Uint8Array(Math.max(0, size - small.length))
    const data = new File([small, filling], 'long.mp4', { type: 'video/mp4' })
    const parts: Params = { data, title: act.unique(), token: author.token }
    return Object.fromEntries(order.map((name) => [name, parts[name]!]))
  }
})

/** Sent in chunks, without Content-Length. */
function inPieces(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(to) {
      if (at >= bytes.length) return to.close()
      to.enqueue(bytes.slice(at, at + 16_384))
      at += 16_384
    },
  })
}
