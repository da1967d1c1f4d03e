import { afterAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { call, register } from '../support/api.ts'
import { ailments } from '../support/crash/verify.ts'
import { program, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

setDefaultTimeout(120_000)

describe('a start on a full disk', () => {
  const scratch = temporaryDirectory()
  const mounted: string[] = []
  const disk = (name: string): string | null => {
    const path = join(scratch.path, name)
    mkdirSync(path)
    const command = ['mount', '-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', path]
    if (!Bun.spawnSync(command).success) return null
    mounted.push(path)
    return path
  }
  afterAll(() => {
    for (const path of mounted) Bun.spawnSync(['umount', '-l', path])
    scratch.clean()
  })

  const ends = (['SIGTERM', 'SIGKILL'] as const).map((end) => [end, disk(end)] as const)

  // SQLite needs a few pages beside its file before anything can be read: there was no start at all.
  test.skipIf(ends.some(([, path]) => path === null)).each(ends)(
    'serves reads after %s, says why it takes no writes, and recovers',
    async (end, path) => {
      const data = join(path ?? '', 'data')
      const options = { cwd: '/', flags: ['--min-free', '1MB'] }
      const filler = join(path ?? '', 'filler')
      const fill = () => {
        // To the last page, so that nothing can be put beside.
        for (const bytes of [1 << 20, 1 << 16, 4096]) {
          expect(() => {
            for (;;) writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' })
          }).toThrow('ENOSPC')
        }
      }
      const server = await spawnServer(program, data, options)
      const { id, token } = await register(server)
      const other = await register(server)
      await server.end(end)
      fill()
      await using full = await spawnServer(program, data, options)
      const profile = await call(full, 'GET', 'user/', { token })
      expect(profile).toMatchObject({ status_code: 0, user: { id } })
      expect((await call(full, 'GET', 'feed/')).status_code).toBe(0)
      // Opening may have left a few pages free.
      fill()
      const follow = () =>
        call(full, 'POST', 'relation/action/', { token, to_user_id: other.id, action_type: 1 })
      let answer = await follow()
      for (let n = 0; n < 300 && answer.status_code === 0; n++) {
        const content = 'x'.repeat(2000)
        const params = { token, to_user_id: other.id, action_type: 1, content }
        answer = await call(full, 'POST', 'message/action/', params)
      }
      expect(answer).toMatchObject({ status_code: 7002, status_msg: '服务器存储空间不足' })
      expect((await fetch(`${full.url}/healthz`)).status).toBe(503)
      rmSync(filler)
      expect((await follow()).status_code).toBe(0)
      await full.end('SIGTERM')
      expect(await ailments(data, false)).toEqual([])
    },
  )
})
