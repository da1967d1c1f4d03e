import { afterAll, beforeAll, expect, setDefaultTimeout, test } from 'bun:test'
import { call } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { fromSource, run } from '../support/spawn.ts'
import { storedUsers, storedVideo } from '../support/stored.ts'

setDefaultTimeout(60_000)

let server: TestServer

beforeAll(async () => {
  server = await bootServer({ log: 'off' })
})
afterAll(() => server[Symbol.asyncDispose]())

const reports = (...args: string[]) =>
  run([...fromSource, 'reports', ...args, '--data', server.ctx.config.data])

test('what is reported over HTTP the operator lists and resolves beside the running server', async () => {
  expect(await reports()).toMatchObject({ code: 0, stdout: '', stderr: 'No report is open.\n' })
  const [me, ann] = await storedUsers(server, 2)
  const video = await storedVideo(server, ann!.id)
  const report = (target_id: number, reason: string, target_type = 1) =>
    call(server, 'POST', 'report/action/', {
      ...{ token: me!.token, target_type, target_id, reason },
    })
  expect((await report(video, ' 广告 ')).status_code).toBe(0)
  expect((await report(987_654, 'x')).status_code).toBe(3001)
  expect((await report(987_654, 'x', 2)).status_code).toBe(4001)
  expect((await report(987_654, 'x', 3)).status_code).toBe(2003)
  expect((await report(video, 'x', 4)).status_code).toBe(1003)
  expect((await report(video, '')).status_code).toBe(1002)
  expect((await report(video, 'x'.repeat(201))).status_code).toBe(1004)
  const [one, ...rest] = JSON.parse((await reports('list', '--json')).stdout)
  expect(rest).toEqual([])
  expect(one).toMatchObject({
    ...{ kind: 'video', target_id: video, reason: '广告', resolved_at: null },
    ...{ reporter: { id: me!.id }, target: { user_id: ann!.id, text: 'a video' } },
  })
  const shown = await reports()
  expect(shown.stdout).toContain('广告')
  expect(await reports('resolve', String(one.id))).toMatchObject({ code: 0, stderr: '' })
  expect((await reports('list', '--json')).stdout).toBe('[]\n')
  expect(JSON.parse((await reports('list', '--all', '--json')).stdout)[0].resolved_at).toBeString()
  const unknown = await reports('resolve', '987654')
  expect([unknown.code === 0, unknown.stdout]).toEqual([false, ''])
  expect(unknown.stderr).toContain('There is no report 987654.')
})
