import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from 'bun:test'
import { join } from 'node:path'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import type { Store } from '../../src/store/store.ts'
import { startSession } from '../../src/user/login/session.ts'
import { newMedia, newUser, newUsers, publish } from '../ports/harness.ts'
import { call, register } from '../support/api.ts'
import { filesOf } from '../support/data-files.ts'
import { bootServer, type TestServer } from '../support/server.ts'
import { fromSource, run, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { until } from '../support/until.ts'
import { freshClip, upload } from '../support/upload.ts'

setDefaultTimeout(60_000)

let server: TestServer
beforeAll(async () => {
  server = await bootServer()
})
afterAll(() => server[Symbol.asyncDispose]())

const users = (...args: string[]) =>
  run([...fromSource, 'users', ...args, '--data', server.ctx.config.data])

/** The same with something on standard input. */
async function usersWith(input: string, ...args: string[]) {
  const command = [...fromSource, 'users', ...args, '--data', server.ctx.config.data]
  const child = Bun.spawn(command, { stdin: new Blob([input]), stdout: 'pipe', stderr: 'pipe' })
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, stdout, stderr }
}

const profile = async (token: string) => (await call(server, 'GET', 'user/', { token })).status_code
const login = async (username: string, password: string) =>
  (await call(server, 'POST', 'user/login/', { username, password })).status_code

// All of it beside a running server, which is told of nothing.
describe('users', () => {
  test('sessions lists where a user is logged in, and ends it all', async () => {
    const { id, name, token } = await register(server)
    const second = await startSession(server.ctx.store, id)
    const listed = JSON.parse((await users('sessions', name, '--json')).stdout)
    expect(listed).toHaveLength(2)
    expect(Object.keys(listed[0])).toEqual(['created_at', 'last_used_at', 'expires_at'])
    expect((await users('sessions', name)).stdout.trim().split('\n')).toHaveLength(3)
    expect([await profile(token), await profile(second)]).toEqual([0, 0])
    expect(await users('sessions', name, '--revoke')).toEqual({
      code: 0,
      stdout: `Ended 2 sessions of ${name}.\n`,
      stderr: '',
    })
    expect([await profile(token), await profile(second)]).toEqual([1005, 1005])
    expect((await users('sessions', name)).stderr).toBe(`${name} has no sessions.\n`)
    expect(await login(name, 'secret-1')).toBe(0)
  })

  test('passwd takes the new password from a pipe, and nobody stays logged in with the old one', async () => {
    const { name, token } = await register(server)
    for (const [input, refusal] of [
      ['', 'The first line of standard input, which is the new password, is empty'],
      ['\n', 'The first line of standard input, which is the new password, is empty'],
      [`${'x'.repeat(33)}\n`, 'password may have at most 32 characters'],
    ] as const) {
      const { code, stdout, stderr } = await usersWith(input, 'passwd', name)
      expect([code === 0, stdout, stderr]).toEqual([false, '', `error: ${refusal}.\n`])
    }
    expect(await profile(token)).toBe(0)
    const done = await usersWith(' with spaces \n', 'passwd', name)
    expect(done).toMatchObject({ code: 0, stderr: '' })
    expect(await profile(token)).toBe(1005)
    expect(await login(name, 'secret-1')).toBe(2002)
    expect(await login(name, 'with spaces')).toBe(2002)
    expect(await login(name, ' with spaces ')).toBe(0)
  })

  test('passwd is as strict as registering, if wanted', async () => {
    const { name } = await register(server)
    const strict = await usersWith('password\n', 'passwd', name, '--strict-passwords')
    expect(strict).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: That password is too easy to guess.\n',
    })
    expect(await login(name, 'secret-1')).toBe(0)
    expect((await usersWith('password\n', 'passwd', name)).code).toBe(0)
  })

  test('disable keeps a user out at once, enable lets in again', async () => {
    const { name, token } = await register(server)
    expect((await users('disable', name)).code).toBe(0)
    expect(await profile(token)).toBe(1005)
    expect(await login(name, 'secret-1')).toBe(2004)
    // Whoever doesn't know the password learns nothing of it.
    expect(await login(name, 'wrong')).toBe(2002)
    expect(JSON.parse((await users('show', name, '--json')).stdout).disabled_at).toBeString()
    expect((await users('show', name)).stdout).toContain('disabled since')
    expect((await users('enable', name)).code).toBe(0)
    expect(await profile(token)).toBe(1005)
    expect(await login(name, 'secret-1')).toBe(0)
  })

  test('show says so where it shows the newest works alone', async () => {
    const { id, name } = await register(server)
    const work = () => publish(server.ctx.store, id, newMedia())
    for (let n = 0; n < 20; n++) await work()
    expect((await users('show', name)).stderr).toBe('')
    await work()
    expect(await users('show', name)).toMatchObject({ code: 0, stderr: 'The newest 20.\n' })
    expect((await users('remove', name, '--yes')).code).toBe(0)
  })

  test('remove asks first, and takes along files that nobody else shows', async () => {
    const [gone, stays] = [await register(server), await register(server)]
    const [own, shared] = [await freshClip(), await freshClip()]
    for (const [{ token }, data] of [
      [gone, own],
      [gone, shared],
      [stays, shared],
    ] as const) {
      expect(
        (
          await upload(
            server,
            [
              ['title', 'x'],
              ['data', data],
            ],
            `?token=${token}`,
          )
        ).status_code,
      ).toBe(0)
    }
    const message = { token: gone.token, to_user_id: stays.id, action_type: 1, content: 'hi' }
    await call(server, 'POST', 'message/action/', message)
    await call(server, 'POST', 'relation/action/', { ...message, to_user_id: stays.id })
    expect(filesOf(server).videos).toHaveLength(2)

    const asked = await users('remove', gone.name)
    expect([asked.code, asked.stderr]).toEqual([2, expect.stringContaining('--yes is needed')])
    expect(await profile(gone.token)).toBe(0)

    const removed = await users('remove', gone.name, '--yes', '--json')
    expect(JSON.parse(removed.stdout)).toEqual({ id: gone.id, name: gone.name })
    expect(await profile(gone.token)).toBe(1005)
    expect(await login(gone.name, 'secret-1')).toBe(2002)
    expect(filesOf(server)).toMatchObject({
      videos: [expect.anything()],
      covers: [expect.anything()],
    })
    const feed = await call(server, 'GET', 'feed/')
    expect(feed.video_list.map((video: any) => video.author.id)).toEqual([stays.id])
    expect((await fetch(feed.video_list[0].play_url)).status).toBe(200)
    const me = await call(server, 'GET', 'user/', { token: stays.token })
    expect(me.user).toMatchObject({ follower_count: 0, work_count: 1 })
    const chat = await call(server, 'GET', 'message/chat/', {
      token: stays.token,
      to_user_id: gone.id,
    })
    expect(chat.status_code).toBe(2003)
    expect((await users('remove', gone.name, '--yes')).stderr).toBe(
      `error: There is no user '${gone.name}'.\n`,
    )
    // The name is free again, and nobody else's.
    expect((await register(server, gone.name)).id).toBeGreaterThan(stays.id)
  })

  test('digits that mean two users change neither', async () => {
    const { id } = await register(server)
    const { id: other } = await register(server, String(id))
    for (const command of [['disable'], ['remove', '--yes'], ['sessions', '--revoke']]) {
      const [verb, ...options] = command as [string, ...string[]]
      const { code, stderr } = await users(verb, String(id), ...options)
      expect([code, stderr]).toEqual([1, expect.stringContaining(`the name of user ${other}`)])
    }
    expect((await users('disable', String(other))).code).toBe(0)
  })

  test.each(['sessions', 'passwd', 'disable', 'enable', 'remove'])(
    '%s says who is not there',
    async (verb) => {
      const { code, stdout, stderr } = await usersWith('x\n', verb, 'nobody-here')
      expect({ code, stdout, stderr }).toEqual({
        code: 1,
        stdout: '',
        stderr: "error: There is no user 'nobody-here'.\n",
      })
    },
  )
})

/** Somebody with more than one step can take away, and others to count with. */
async function crowded(store: Store): Promise<number> {
  const [gone, ...others] = (await newUsers(store, 60)).map((user) => user.id)
  const works = await Promise.all([1, 2, 3, 4].map(() => publish(store, gone!, newMedia())))
  const theirs = await publish(store, others[0]!, newMedia())
  const writes: Promise<unknown>[] = []
  for (const other of others) {
    writes.push(store.relations.set(other, gone!, true), store.relations.set(gone!, other, true))
    for (const { video } of [...works, theirs]) {
      writes.push(store.favorites.set(other, video.id, true))
      writes.push(store.comments.create({ userId: other, videoId: video.id, content: 'x' }))
    }
  }
  // One conversation alone is more than a step, and half of it was read.
  for (let i = 0; i < 1200; i++) {
    const [fromUserId, toUserId] = i % 3 ? [gone!, others[1]!] : [others[1]!, gone!]
    writes.push(store.messages.send({ fromUserId, toUserId, content: 'x', clientId: null }))
  }
  await Promise.all(writes)
  const half = await store.messages.history(gone!, others[1]!, { since: 0, limit: 600 })
  await store.messages.read(others[1]!, gone!, half.at(-1)!.id)
  return gone!
}

const damage = async (store: Store) =>
  [...(await store.checks.counts(false)), ...(await store.checks.references(false))].filter(
    ({ rows }) => rows > 0,
  )

describe('a removal that was cut short', () => {
  test('leaves counts right wherever it stopped, and the next start of the server ends it', async () => {
    const data = temporaryDirectory()
    const path = join(data.path, 'douyin.db')
    let store = createSqliteStore(path)
    const id = await crowded(store)
    const { name } = (await store.users.byId(id))!
    await store.accounts.beginRemoval(id)
    for (let step = 0; step < 2; step++) {
      expect((await store.accounts.removeSome(id)).done).toBe(false)
      expect(await damage(store)).toEqual([])
    }
    await store.close()

    const child = await spawnServer(fromSource, data.path)
    await until(async () => child.output().includes(`removed user ${id}`))
    expect(await child.end('SIGTERM')).toBe(0)
    // These works have no files, which the sweep may say.
    expect(child.output()).not.toContain('ERROR removal')
    store = createSqliteStore(path)
    expect(await store.users.byName(name)).toBeNull()
    expect(await store.accounts.removals()).toEqual([])
    expect(await damage(store)).toEqual([])
    await store.close()
    data.clean()
  })

  test('is gone on with by id or name, unless that may be somebody else', async () => {
    const data = temporaryDirectory()
    const store = createSqliteStore(join(data.path, 'douyin.db'))
    const [ann, bob, clara] = await newUsers(store, 3)
    const namesake = await newUser(store, String(clara!.id))
    for (const { id } of [ann!, bob!, clara!]) await store.accounts.beginRemoval(id)
    await store.close()
    const remove = (who: string) =>
      run([...fromSource, 'users', 'remove', who, '--yes', '--data', data.path])
    const left = (name: string, id: number) => `Removed what is left of ${name} (id ${id}).\n`
    expect((await remove(ann!.name)).stdout).toBe(left(ann!.name, ann!.id))
    expect((await remove(String(bob!.id))).stdout).toBe(left(bob!.name, bob!.id))
    const { code, stderr } = await remove(String(clara!.id))
    expect([code, stderr]).toEqual([1, expect.stringContaining(`may be user ${namesake.id}`)])
    expect((await remove(clara!.name)).code).toBe(0)
    expect((await remove(clara!.name)).stderr).toContain('There is no user')
    data.clean()
  })

  test('by kill -9 is gone on with by the same command', async () => {
    const data = temporaryDirectory()
    const path = join(data.path, 'douyin.db')
    let store = createSqliteStore(path)
    const id = await crowded(store)
    await store.close()
    const command = [...fromSource, 'users', 'remove', String(id), '--yes', '--data', data.path]
    // Each time a little later, from before it began until there is nobody left to be removed: the
    // kill may also come when that is on disk and the command hasn't ended yet. In steps that grow,
    // or a slow machine would need a hundred.
    for (let ms = 100, done = false; !done; ms *= 1.15) {
      const child = Bun.spawn(command, { stdout: 'ignore', stderr: 'ignore' })
      const ended = await Promise.race([child.exited, Bun.sleep(ms).then(() => null)])
      child.kill('SIGKILL')
      await child.exited
      store = createSqliteStore(path)
      const left = await damage(store)
      const isThere = (await store.users.byId(id)) !== null
      const isLeft = (await store.accounts.removals()).length > 0
      await store.close()
      expect(left).toEqual([])
      done = !isThere && !isLeft
      if (ended !== null) expect({ ended, done }).toEqual({ ended: 0, done: true })
    }
    data.clean()
  })
})
