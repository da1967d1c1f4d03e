import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { call, register } from '../support/api.ts'
import { fromSource, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(120_000)

const { path, clean } = temporaryDirectory()
afterAll(clean)

const megabyte = 1 << 20
const folders = ['videos', 'covers', 'sources', 'tmp'] as const
const filesIn = (data: string) => folders.map((name) => readdirSync(join(data, name)).length)

describe('connections that are cut in the middle of an upload', () => {
  const many = process.env.DOUYIN_TEST_LONG ? 500 : 60

  /** Sends the head of an upload and so many bytes of it, and cuts the line. */
  const cut = (server: { url: string }, token: string, bytes: Uint8Array, at: number) => {
    const { hostname, port, host } = new URL(server.url)
    const head = [
      `POST /douyin/publish/action/?token=${token} HTTP/1.1`,
      `Host: ${host}`,
      'Content-Type: multipart/form-data; boundary=B',
      `Content-Length: ${bytes.length + 5000}`,
      '',
      '--B',
      'Content-Disposition: form-data; name="title"\r\n\r\ncut',
      '--B',
      'Content-Disposition: form-data; name="data"; filename="a.mp4"\r\n\r\n',
    ]
    return new Promise<void>((done) => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {}).on('close', () => done())
      socket.write(head.join('\r\n'))
      socket.write(bytes.subarray(0, at), () => setTimeout(() => socket.destroy(), 20))
    })
  }

  test(`${many} of them leave no file, no row, no slot taken and no memory`, async () => {
    const data = join(path, 'cut')
    mkdirSync(data)
    const flags = ['--log', 'off', '--uploads-per-address', '40']
    await using server = await spawnServer(fromSource, data, { flags })
    const { token } = await register(server)
    const bytes = Buffer.concat([await freshClip(), Buffer.alloc(200_000)])
    const storm = async (amount: number) => {
      let left = amount
      const sender = async () => {
        while (left > 0) {
          // From nothing of the file to all of it, but never to the end of the request.
          const at = Math.floor((--left / amount) * (bytes.length + 1))
          await cut(server, token, bytes, at)
        }
      }
      await Promise.all(Array.from({ length: 30 }, sender))
      await until(() => filesIn(data).join() === '0,0,0,0')
    }
    const memory = () => {
      const status = existsSync('/proc') ? readFileSync(`/proc/${server.pid}/status`, 'utf8') : ''
      return (Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024) / megabyte
    }
    await storm(60)
    const before = memory()
    await storm(many)
    expect(memory() - before).toBeLessThan(32)
    expect((await call(server, 'GET', 'publish/list/', { token })).video_list).toEqual([])
    // All of the forty places are free again, once the server has heard of every end.
    const parts = [
      ['title', 'x'],
      ['data', Buffer.from('x')],
    ] as const
    await until(async () => {
      const answers = await Promise.all(
        Array.from({ length: 40 }, () => upload(server, parts, `?token=${token}`)),
      )
      return answers.every((answer) => answer.status_code === 3003)
    })
    expect(server.output()).not.toContain('ERROR')
  })
})

describe('a disk that fills up', () => {
  const disk = join(path, 'disk')
  mkdirSync(disk)
  const { success: mounted } = Bun.spawnSync(
    'mount -t tmpfs -o size=24m tmpfs'.split(' ').concat(disk),
  )
  if (!mounted) console.warn('mounting is not permitted here: no disk can be filled')
  afterAll(() => {
    if (mounted) Bun.spawnSync(['umount', '-l', disk])
  })

  test.skipIf(!mounted)(
    'fails the uploads in progress, but no reads, and needs no restart',
    async () => {
      await using server = await spawnServer(fromSource, disk, { flags: ['--min-free', '0'] })
      const { token, id } = await register(server)
      const send = async (title: string, bytes: Uint8Array) => {
        const parts = [
          ['title', title],
          ['data', bytes],
        ] as const
        return (await upload(server, parts, `?token=${token}`)).status_code
      }
      const titles = async () =>
        (await call(server, 'GET', 'publish/list/', { token, user_id: id })).video_list.map(
          (work: { title: string }) => work.title,
        )
      expect(await send('before', await freshClip())).toBe(0)
      const files = filesIn(disk)

      const filler = join(disk, 'filler')
      fill(filler, 512 * 1024)
      const large = Buffer.concat([await freshClip(), Buffer.alloc(2 * megabyte)])
      expect(await send('in the middle', large)).toBe(7002)
      expect(filesIn(disk)).toEqual(files)
      expect(await titles()).toEqual(['before'])
      const [work] = (await call(server, 'GET', 'feed/')).video_list
      expect((await (await fetch(work.play_url)).bytes()).length).toBeGreaterThan(1000)

      rmSync(filler)
      expect(await send('later', await freshClip('hevc-mov'))).toBe(0)
      expect(await send('after', await freshClip())).toBe(0)
      await until(async () => (await titles()).join() === 'after,later,before')
      expect(server.output()).not.toContain('ERROR')
    },
  )

  /** Takes all space but so many bytes. */
  function fill(file: string, rest: number): void {
    const chunk = Buffer.alloc(rest)
    try {
      for (;;) writeFileSync(file, chunk, { flag: 'a' })
    } catch {
      const size = Math.floor(Bun.file(file).size / rest) - 1
      writeFileSync(file, Buffer.alloc(size * rest))
    }
  }
})
