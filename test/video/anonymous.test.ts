import { expect, setDefaultTimeout, test } from 'bun:test'
import { connect } from 'node:net'
import { createAnonymousUploads } from '../../src/video/anonymous.ts'
import { outcome } from '../ports/harness.ts'
import { register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

// The mistake that these catch: who has no account fills the disk, since the token may come last.

/** Sends the beginning of an upload, its parts as given; resolves with what the server says, if it does. */
function begin({ url }: TestServer, fields: readonly (readonly [string, string])[]) {
  const { host, hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname).on('error', () => {})
  const parts = fields.map(
    ([name, value]) => `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  )
  socket.write(
    `POST /douyin/publish/action/ HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000000\r\n` +
      `Content-Type: multipart/form-data; boundary=B\r\n\r\n${parts.join('')}` +
      '--B\r\nContent-Disposition: form-data; name="data"; filename="a"\r\n\r\n' +
      'x'.repeat(100_000),
  )
  let said = ''
  socket.on('data', (bytes) => {
    said += bytes.toString()
  })
  return { socket, said: () => said }
}

test('uploads without a token yet are few from one network; one with a token is not among them', async () => {
  await using server = await bootServer()
  const { token } = await register(server)
  const held = [begin(server, []), begin(server, [])]
  await until(() => filesOf(server).tmp.length === 2)
  const third = begin(server, [])
  await until(() => third.said().includes('9429'))
  expect(filesOf(server).tmp).toHaveLength(2)
  const parts = (title: string, bytes: Uint8Array) =>
    [
      ['token', token],
      ['title', title],
      ['data', bytes],
    ] as const
  expect((await upload(server, parts('known', await freshClip()))).status_code).toBe(0)
  for (const { socket } of [...held, third]) socket.destroy()
  await until(() => filesOf(server).tmp.length === 0)
  const last = [
    ['title', 'late'],
    ['data', await freshClip()],
    ['token', token],
  ] as const
  expect((await upload(server, last)).status_code).toBe(0)
})

test('a token that comes before the file and is not valid ends the upload before a byte is stored', async () => {
  await using server = await bootServer()
  const refused = begin(server, [['token', 'x'.repeat(32)]])
  await until(() => refused.said().includes('1005'))
  expect(filesOf(server).tmp).toEqual([])
  refused.socket.destroy()
})

test('all of them together have a bound in number and bytes, and give back what they had', async () => {
  const uploads = createAnonymousUploads(1000)
  const begun = Array.from({ length: 16 }, (_, i) => uploads.begin(`network ${i}`))
  expect(await outcome(() => uploads.begin('another'))).toBe('too_many_requests')
  for (const one of begun) one.add(120)
  expect(await outcome(() => begun[0]!.add(120))).toBe('busy')
  for (const one of begun) one.end()
  const whole = uploads.begin('another')
  expect(await outcome(() => whole.add(1000))).toBe('done')
  const beside = uploads.begin('another')
  expect(await outcome(() => beside.add(1))).toBe('busy')
  // One network leaves to others what one upload may have.
  const other = uploads.begin('a third')
  expect(await outcome(() => other.add(999))).toBe('done')
})
