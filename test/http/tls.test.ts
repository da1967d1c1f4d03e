import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { connect, type SecureVersion } from 'node:tls'
import { type App, createApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import { createContext } from '../../src/context.ts'
import { type Listening, listen } from '../../src/http/server/listen.ts'
import { readIdentity, watchIdentity } from '../../src/http/server/tls.ts'
import { selfSigned } from '../support/http/certificate.ts'
import type { TestServer } from '../support/server.ts'
import { fromSource, run, spawnServer } from '../support/spawn.ts'
import { storedUsers } from '../support/stored.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(60_000)

const directory = temporaryDirectory()
const at = (name: string) => join(directory.path, name)
const store = (name: string, { cert, key }: { cert: string; key: string }) => {
  writeFileSync(at(`${name}.pem`), cert)
  writeFileSync(at(`${name}.key`), key)
  return { tlsCert: at(`${name}.pem`), tlsKey: at(`${name}.key`) }
}
const first = selfSigned('first.example')
const second = selfSigned('second.example')

afterAll(() => directory.clean())

/** The name in the certificate that a server shows. */
const nameShown = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN))
      socket.end()
    })
    socket.on('error', reject)
  })

describe('a server with a certificate', () => {
  let ctx: TestServer['ctx']
  let app: App
  let server: Listening
  let base: string
  const lines: string[] = []
  const data = temporaryDirectory()

  beforeAll(async () => {
    const flags = { host: '127.0.0.1', port: '0', data: data.path, ffmpeg: 'embedded' }
    ctx = await createContext(loadConfig({ ...flags, ...store('used', first) }), (line) =>
      lines.push(line),
    )
    app = createApp(ctx)
    server = listen(app, ctx)
    base = `https://127.0.0.1:${server.port}`
  })
  afterAll(async () => {
    await server.stop(100)
    await app[Symbol.asyncDispose]()
    await ctx[Symbol.asyncDispose]()
    data.clean()
  })

  const get = (path: string, ca = first.cert) => fetch(base + path, { tls: { ca } })

  test('serves HTTPS, and so say the URLs in its responses', async () => {
    const [user] = await storedUsers({ ctx } as TestServer, 1)
    const answer = (await (await get(`/douyin/user/?token=${user!.token}`)).json()) as any
    expect(answer).toMatchObject({ status_code: 0 })
    expect(answer.user.avatar).toStartWith(`${base}/avatars/`)
    expect(server.url.protocol).toBe('https:')
    // However short the name under which it is called.
    for (const host of ['pi', 'x', 'nas:8443']) {
      const headers = { host }
      const tls = { ca: first.cert, checkServerIdentity: () => undefined }
      const feed = await fetch(`${base}/douyin/feed/`, { headers, tls })
      expect(await feed.json()).toMatchObject({ status_code: 0 })
      const avatar = await fetch(`${base}/avatars/${user!.id}.png`, { headers, tls })
      expect(avatar.status).toBe(200)
    }
    // Who does not trust the certificate gets no answer.
    await expect(get('/healthz', second.cert)).rejects.toThrow()
    await expect(fetch(base.replace('https', 'http'))).rejects.toThrow()
  })

  test('takes a new certificate without losing the sockets that are open', async () => {
    const [user] = await storedUsers({ ctx } as TestServer, 1, 'talker')
    const url = `${base.replace('https', 'wss')}/douyin/message/ws/?token=${user!.token}`
    const socket = new WebSocket(url, { tls: { ca: first.cert } } as never)
    const frames: string[] = []
    socket.onmessage = ({ data }) => frames.push(String(data))
    await until(() => frames.length > 0)

    const port = server.port
    // Half of it written: nothing changes, and it is said once.
    writeFileSync(at('used.pem'), second.cert)
    server.renew()
    server.renew()
    expect(await nameShown(port)).toBe('first.example')
    expect(lines.filter((line) => line.includes('is not the key of'))).toHaveLength(1)
    store('used', second)
    server.renew()
    expect(await nameShown(port)).toBe('second.example')
    expect((await get('/healthz', second.cert)).status).toBe(200)

    socket.send(JSON.stringify({ type: 'sync', after_id: 0 }))
    await until(() => frames.some((frame) => frame.includes('synced')))
    expect(socket.readyState).toBe(WebSocket.OPEN)
    // The socket opened now is on the other server, and both are told of each other's messages.
    const [peer] = await storedUsers({ ctx } as TestServer, 1, 'peer')
    const sent = await fetch(
      `${base}/douyin/message/action/?token=${peer!.token}&to_user_id=${user!.id}&action_type=1&content=hi`,
      { method: 'POST', tls: { ca: second.cert } },
    )
    expect(await sent.json()).toMatchObject({ status_code: 0 })
    await until(() => frames.some((frame) => frame.includes('"hi"')))
    socket.close()
  })

  test('refuses what is older than TLS 1.2', async () => {
    const attempt = (minVersion: SecureVersion, maxVersion: SecureVersion) =>
      new Promise((resolve) => {
        const to = { port: server.port, host: '127.0.0.1', rejectUnauthorized: false }
        const socket = connect({ ...to, minVersion, maxVersion }, () => {
          resolve(socket.getProtocol())
          socket.end()
        })
        socket.on('error', () => resolve('refused'))
      })
    expect(await attempt('TLSv1', 'TLSv1.1')).toBe('refused')
    expect(await attempt('TLSv1', 'TLSv1.2')).toBe('TLSv1.2')
    expect(await attempt('TLSv1', 'TLSv1.3')).toBe('TLSv1.3')
  })
})

describe('files that are no certificate', () => {
  const good = store('good', first)
  const other = store('other', second)
  const old = store('old', selfSigned('old.example', { from: -10, to: -2 }))
  mkdirSync(at('folder'))
  writeFileSync(at('text'), 'no certificate at all')

  test.each([
    [{ tlsCert: good.tlsCert }, '--tls-cert needs --tls-key'],
    [{ tlsKey: good.tlsKey }, '--tls-key needs --tls-cert'],
    [{ ...good, tlsCert: at('none.pem') }, `--tls-cert: ${at('none.pem')} is not there`],
    [{ ...good, tlsKey: at('folder') }, `--tls-key: ${at('folder')} is a directory`],
    [{ ...good, tlsCert: at('text') }, `--tls-cert: ${at('text')} has no certificate in PEM form`],
    [{ ...good, tlsCert: good.tlsKey }, 'has no certificate in PEM form'],
    [{ ...good, tlsKey: at('text') }, 'has no private key in PEM form that needs no passphrase'],
    [{ ...good, tlsKey: other.tlsKey }, `${other.tlsKey} is not the key of ${good.tlsCert}`],
    [old, 'was valid until'],
  ])('%p', (flags, sentence) => {
    expect(() => readIdentity(loadConfig(flags))).toThrow(sentence)
  })

  test('a server does not start with them, and says why in a sentence', async () => {
    const flags = ['--tls-cert', good.tlsCert, '--tls-key', other.tlsKey]
    const data = join(directory.path, 'data')
    const { code, stderr, stdout } = await run([...fromSource, 'serve', '--data', data, ...flags])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toBe(`error: --tls-key: ${other.tlsKey} is not the key of ${good.tlsCert}.\n`)
  })
})

test('a renewed file is seen by itself', async () => {
  const files = store('watched', first)
  const config = loadConfig(files)
  const used: string[] = []
  const log = { request() {}, note() {}, failure() {} }
  const renewal = watchIdentity(config, first, log, ({ cert }) => used.push(cert), 5)
  store('watched', second)
  await until(() => used.length > 0)
  store('watched', first)
  await until(() => used.length > 1)
  renewal.stop()
  expect(used).toEqual([second.cert, first.cert])
})

test('SIGHUP makes a running server read its certificate again', async () => {
  const { tlsCert, tlsKey } = store('signalled', first)
  const data = temporaryDirectory()
  const child = await startHttps(data.path, ['--tls-cert', tlsCert, '--tls-key', tlsKey])
  try {
    expect(await nameShown(child.port)).toBe('first.example')
    store('signalled', second)
    process.kill(child.pid, 'SIGHUP')
    await until(async () => (await nameShown(child.port).catch(() => '')) === 'second.example')
  } finally {
    expect(await child.end()).toBe(0)
    data.clean()
  }
})

async function startHttps(data: string, flags: string[]) {
  const server = await spawnServer(fromSource, data, { flags })
  return {
    port: Number(new URL(server.url).port),
    pid: server.pid,
    end: () => server.end('SIGTERM'),
  }
}
