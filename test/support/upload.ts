import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { Answer } from './api.ts'
import { filesOf } from './data-files.ts'
import { type ClipName, clip } from './media/clips.ts'
import type { TestServer } from './server.ts'
import { until } from './until.ts'

/** Parts of a multipart request in the order in which they are sent; bytes are a file. */
export type Parts = readonly (readonly [name: string, value: string | Uint8Array])[]

/** Sends an upload and reads its envelope. */
export async function upload(
  server: { url: string },
  parts: Parts,
  query = '',
  headers: Record<string, string> = {},
): Promise<Answer & { http: number; retryAfter: string | null }> {
  const form = new FormData()
  for (const [name, value] of parts) {
    if (typeof value === 'string') form.append(name, value)
    else form.append(name, new Blob([value as Uint8Array<ArrayBuffer>]), 'a.mp4')
  }
  const url = `${server.url}/douyin/publish/action/${query}`
  const response = await fetch(url, { method: 'POST', body: form, headers })
  return {
    ...((await response.json()) as Answer),
    http: response.status,
    retryAfter: response.headers.get('retry-after'),
  }
}

let variants = 0

/**
 * A clip in MP4 or MOV whose bytes nobody has uploaded before: a box without content is at its end.
 * @param padding bytes of that box, 12 or more
 */
export async function freshClip(name: ClipName = 'h264', padding = 12): Promise<Uint8Array> {
  const box = Buffer.alloc(padding)
  box.writeUInt32BE(padding, 0)
  box.write('free', 4)
  box.writeUInt32BE(++variants, 8)
  return Buffer.concat([readFileSync(await clip(name)), box])
}

/** An upload whose sender stops in the middle of the file; destroy the socket to break it off. */
export async function halfUpload(server: TestServer, token: string, head = ''): Promise<Socket> {
  const { host, hostname, port } = new URL(server.url)
  const before = filesOf(server).tmp.length
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write(
    [
      `POST /douyin/publish/action/?token=${token} HTTP/1.1`,
      `Host: ${host}`,
      'Content-Type: multipart/form-data; boundary=B',
      `Content-Length: 1000000`,
      `${head}`,
      ...(head ? [''] : []),
      '--B',
      'Content-Disposition: form-data; name="data"; filename="a.mp4"',
      '',
      'x'.repeat(200_000),
    ].join('\r\n'),
  )
  await until(() => filesOf(server).tmp.length > before)
  return socket
}
