import { afterAll, describe, expect, test } from 'bun:test'
import { connect } from 'node:net'
import { AppError } from '../../src/errors.ts'
import { tokenOf } from '../../src/http/endpoint/auth.ts'
import { gatherParams, maxBodyBytes } from '../../src/http/endpoint/body.ts'

/** Whatever a test below sends. */
const names = ['q', 'a', 'b', 'c', 'x', 'a[]', 'a.b', '__proto__', 'constructor']

// Over a real connection: only there are lengths and chunks what a client sent.
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  async fetch(request) {
    try {
      const params = await gatherParams(request)
      const entries = names.map((name) => {
        const value = params.get(name)
        return [name, value instanceof Blob ? 'a file' : value]
      })
      return Response.json({ ...Object.fromEntries(entries), bearer: tokenOf(request, params) })
    } catch (error) {
      if (!(error instanceof AppError)) return new Response(String(error), { status: 500 })
      return Response.json({ refused: error.code, reason: error.details.reason })
    }
  },
})
afterAll(() => server.stop(true))

const form = 'application/x-www-form-urlencoded'
const json = 'application/json'

async function ask(query: string, type?: string, body?: string | Uint8Array | FormData) {
  const response = await fetch(`${server.url}x${query}`, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: body as never }),
    ...(type ? { headers: { 'content-type': type } } : {}),
  })
  const { bearer, ...params } = (await response.json()) as Record<string, unknown>
  return params
}

const multipart = (fields: Record<string, string | Blob>) => {
  const data = new FormData()
  for (const [name, value] of Object.entries(fields)) data.append(name, value as string)
  return data
}

const parts = (...lines: string[]) => lines.join('\r\n')

describe('gatherParams', () => {
  test.each([
    ['', {}],
    ['?', {}],
    ['?&&=&=x&', {}],
    ['?a=1&b=2', { a: '1', b: '2' }],
    ['?a=1&a=2', { a: '1' }],
    ['?a', { a: '' }],
    ['?a=&a=2', { a: '' }],
    ['?a=b=c', { a: 'b=c' }],
    ['?a=1+2%2B3', { a: '1 2+3' }],
    ['?%61=%E5%B0%8F', { a: '小' }],
    ['?a=%26b%3D1', { a: '&b=1' }],
    ['?a=%00', { a: '\0' }],
    ['?a[]=1&a.b=2', { 'a[]': '1', 'a.b': '2' }],
  ])('reads the query %p', async (query, params) =>
    expect(await ask(query)).toEqual(params as never),
  )

  test.each([
    ['urlencoded', form, 'a=1&b=%E5%B0%8F+x'],
    ['urlencoded with a charset', `${form}; charset=UTF-8`, 'a=1&b=小+x'],
    ['JSON', json, '{"a":"1","b":"小 x"}'],
    ['JSON with a charset', 'Application/JSON; charset=utf-8', '{"a":"1","b":"小 x"}'],
    ['multipart', undefined, multipart({ a: '1', b: '小 x' })],
  ])('reads a body that is %s', async (_, type, body) => {
    expect(await ask('', type, body)).toEqual({ a: '1', b: '小 x' })
    // What is in both counts as the body has it; what is in one counts.
    expect(await ask('?a=9&c=3', type, body)).toEqual({ a: '1', b: '小 x', c: '3' })
  })

  test.each([
    ['numbers and truths as they are', '{"a":1,"b":true}', { a: 1, b: true }],
    ['null as absent', '{"a":null}', { q: '1' }],
    ['a key that means something to objects', '{"__proto__":{"x":1},"a":1}', { a: 1 }],
    ['the empty object', '{}', { q: '1' }],
    ['nothing at all', '', { q: '1' }],
  ])('takes from JSON %s', async (_, body, params) => {
    expect(await ask('?q=1', json, body)).toMatchObject(params)
  })

  test('a file where a text belongs is not read as one', async () => {
    expect(
      await ask('', undefined, multipart({ a: new Blob(['1'], { type: 'text/plain' }) })),
    ).toEqual({ a: 'a file' })
  })

  test.each([
    ['a broken escape in the query', '?a=%', undefined, undefined, 'percent-encoding'],
    ['half a character in the query', '?a=%E5%B0', undefined, undefined, 'percent-encoding'],
    ['a broken escape in a body', '', form, 'a=%zz', 'percent-encoding'],
    ['bytes that are no UTF-8', '', form, Uint8Array.of(0x61, 0x3d, 0xff), 'UTF-8'],
    ['JSON that ends too soon', '', json, '{"a":', 'JSON'],
    ['JSON in another coding', '', json, Uint8Array.of(0xff, 0xfe, 0x7b, 0), 'JSON'],
    ['a JSON list', '', json, '[{"a":1}]', 'JSON'],
    ['a JSON number', '', json, '5', 'JSON'],
    ['JSON null', '', json, 'null', 'JSON'],
    ['multipart without a boundary', '', 'multipart/form-data', 'x', 'multipart'],
    [
      'multipart that ends too soon',
      '',
      'multipart/form-data; boundary=B',
      parts('--B', 'Content-Disposition: form-data; name="a"', '', '1'),
      'multipart',
    ],
  ])('refuses %s', async (_, query, type, body, reason) => {
    expect(await ask(query, type, body)).toEqual({ refused: 'invalid_request', reason })
  })

  test.each(['text/plain', 'application/octet-stream', 'image/png'])(
    'a body of type %s says nothing',
    async (type) => expect(await ask('?q=1', type, 'a=1')).toEqual({ q: '1' }),
  )

  test('a body beyond the limit is refused, announced or not, one at the limit is read', async () => {
    const fitting = `a=${'x'.repeat(maxBodyBytes - 2)}`
    expect((await ask('', form, fitting)).a).toHaveLength(maxBodyBytes - 2)
    expect(await ask('', form, `${fitting}x`)).toEqual({ refused: 'body_too_large' })
    const chunked = await fetch(`${server.url}x`, {
      method: 'POST',
      headers: { 'content-type': form },
      body: new ReadableStream({
        start(controller) {
          for (let i = 0; i < 40; i++) controller.enqueue(new Uint8Array(64 << 10).fill(97))
          controller.close()
        },
      }),
    })
    expect(await chunked.json()).toEqual({ refused: 'body_too_large' })
  })

  test('a body in chunks is a body, although it has no length', async () => {
    const body =
      `POST /x?q=1 HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${form}\r\n` +
      'Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\na=%\r\n4\r\n41&b\r\n2\r\n=2\r\n0\r\n\r\n'
    const answer = await new Promise<string>((resolve, reject) => {
      let text = ''
      const socket = connect(server.port!, '127.0.0.1', () => socket.write(body))
      socket
        .on('data', (data) => (text += data))
        .on('end', () => resolve(text))
        .on('error', reject)
    })
    expect(answer).toContain('{"q":"1","a":"A","b":"2"')
  })
})

describe('tokenOf', () => {
  test.each([
    ['?token=abc', '', 'abc'],
    ['', 'Bearer abc', 'abc'],
    ['', 'bearer   abc', 'abc'],
    ['?token=', 'Bearer abc', 'abc'],
    ['?token=abc', 'Bearer other', 'abc'],
    ['', 'Basic abc', null],
    ['', 'Bearer', null],
    ['', 'Bearer a b', ' '],
    ['', 'abc', null],
    ['', '', null],
    [`?token=${'x'.repeat(129)}`, '', ' '],
    ['', `Bearer ${'x'.repeat(129)}`, ' '],
  ])('query %p and Authorization %p give %p', async (query, authorization, token) => {
    const headers = authorization ? { authorization } : {}
    const response = await fetch(`${server.url}x${query}`, { headers: headers as never })
    expect(((await response.json()) as { bearer: unknown }).bearer).toBe(token)
  })

  // One that is there and can't be valid must not pass for none.
  test('a token that is not a string is one of nobody', async () => {
    for (const token of ['5', '{"$ne":""}', '["a"]', 'true']) {
      const response = await fetch(`${server.url}x`, {
        method: 'POST',
        headers: { 'content-type': json },
        body: `{"token":${token}}`,
      })
      expect(((await response.json()) as { bearer: unknown }).bearer).toBe(' ')
    }
  })
})
