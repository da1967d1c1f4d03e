import { afterEach, describe, expect, spyOn, test } from 'bun:test'
import { type Answer, call, register } from '../support/api.ts'
import { bootServer, type TestServer } from '../support/server.ts'

describe('logging in', () => {
  const restore: (() => void)[] = []
  afterEach(() => {
    for (const one of restore.splice(0)) one()
  })

  /** Counts checks of a password, and makes each wrong at once unless it is `right`. */
  function checks() {
    const spy = spyOn(Bun.password, 'verify').mockImplementation((async (password: string) => {
      await Bun.sleep(1)
      return password === 'right'
    }) as never)
    restore.push(() => spy.mockRestore())
    return () => spy.mock.calls.length
  }

  const login = async (
    server: TestServer,
    username: string,
    password: string,
    headers: Record<string, string> = {},
  ) => {
    const query = new URLSearchParams({ username, password })
    const url = `${server.url}/douyin/user/login/?${query}`
    const response = await fetch(url, { method: 'POST', headers })
    const answer = (await response.json()) as Answer
    return { ...answer, http: response.status, after: response.headers.get('retry-after') }
  }

  test('a thousand tries on one account come to at most thirty checks', async () => {
    await using server = await bootServer()
    const { name } = await register(server)
    const count = checks()
    const all = await Promise.all(
      Array.from({ length: 1000 }, (_, at) => login(server, name, `wrong-${at}`)),
    )
    expect(count()).toBe(10)
    expect(all.filter(({ status_code }) => status_code === 2002)).toHaveLength(10)
    // Some are told that too many wait; nobody who tries later is let in.
    for (const answer of all) expect(answer.status_code).toBeOneOf([2002, 9429, 7001])
    const later = await login(server, name, 'right')
    expect(later).toMatchObject({ http: 429, status_code: 9429, user_id: 0, token: '' })
    expect(Number(later.after)).toBeWithin(1, 301)
    expect(count()).toBe(10)
  })

  test('a thousand tries on a thousand accounts, half of them nobody’s, do too', async () => {
    await using server = await bootServer()
    const { name } = await register(server)
    const count = checks()
    for (let round = 0; round < 10; round++) {
      await Promise.all(
        Array.from({ length: 100 }, (_, at) =>
          login(server, at % 2 ? `${name}-${round}-${at}` : name, 'wrong'),
        ),
      )
    }
    expect(count()).toBeLessThanOrEqual(30)
    expect((await login(server, 'somebody else', 'wrong')).http).toBe(429)
  })

  const elsewhere = (at: number) => ({ 'x-forwarded-for': `203.0.113.${at}` })

  // One limit for an account, whoever fails, lets a stranger lock its owner out.
  test('a stranger’s failures keep the owner out nowhere else', async () => {
    await using server = await bootServer({ loginFailures: '3', trustProxy: '127.0.0.1' })
    const { name } = await register(server)
    checks()
    const stranger = []
    for (let i = 0; i < 6; i++)
      stranger.push((await login(server, name, 'no', elsewhere(1))).status_code)
    expect(stranger).toEqual([2002, 2002, 2002, 9429, 9429, 9429])
    expect((await login(server, name, 'right', elsewhere(1))).status_code).toBe(9429)
    expect((await login(server, name, 'right', elsewhere(2))).status_code).toBe(0)
  })

  // Each network has tries of its own: without a bound for all of them a botnet has no limit.
  test('guessing from everywhere comes to an end, and leaves the owner in where that was before', async () => {
    await using server = await bootServer({ loginFailures: '1', trustProxy: '127.0.0.1' })
    const { name } = await register(server)
    checks()
    expect((await login(server, name, 'right', elsewhere(250))).status_code).toBe(0)
    const codes: number[] = []
    for (let at = 0; at < 60; at++) {
      codes.push((await login(server, name.toUpperCase(), 'no', elsewhere(at))).status_code)
    }
    expect(codes.filter((code) => code === 2002)).toHaveLength(50)
    expect(codes.slice(50)).toEqual(Array(10).fill(9429))
    expect((await login(server, name, 'right', elsewhere(251))).status_code).toBe(9429)
    expect((await login(server, name, 'right', elsewhere(250))).status_code).toBe(0)
  })

  // A login was what made a network known: who registered and stayed logged in was kept out at home.
  test('guessing from everywhere leaves the owner in where they registered, and at what is logged in', async () => {
    await using server = await bootServer({ loginFailures: '2', trustProxy: '127.0.0.1' })
    const headers = elsewhere(250)
    const signUp = await fetch(
      `${server.url}/douyin/user/register/?username=homebody&password=right`,
      { method: 'POST', headers },
    )
    const { token } = (await signUp.json()) as Answer
    checks()
    const codes: number[] = []
    for (let at = 0; at < 120; at++)
      codes.push((await login(server, 'homebody', 'no', elsewhere(at))).status_code)
    expect(codes.filter((code) => code === 2002)).toHaveLength(100)
    expect((await login(server, 'homebody', 'right', elsewhere(251))).status_code).toBe(9429)
    expect((await login(server, 'homebody', 'right', headers)).status_code).toBe(0)

    const change = async (old: string, at: number) => {
      const body = new URLSearchParams({ token, old_password: old, new_password: 'right' })
      const url = `${server.url}/douyin/user/password/`
      const response = await fetch(url, { method: 'POST', headers: elsewhere(at), body })
      return ((await response.json()) as Answer).status_code
    }
    expect(await change('right', 252)).toBe(0)
    // Whatever networks they come from, the guesses of one session are counted together.
    const guesses: number[] = []
    for (const at of [200, 201, 202]) guesses.push(await change('no', at))
    expect(guesses).toEqual([2009, 2009, 9429])
  })

  test('a caller whose proxy appends its ports is one', async () => {
    await using server = await bootServer({ loginFailures: '1', trustProxy: '127.0.0.0/8' })
    const { name } = await register(server)
    checks()
    const from = async (address: string) =>
      (await login(server, name, 'no', { 'x-forwarded-for': address })).status_code
    expect(await from('203.0.113.9:5000')).toBe(2002)
    expect(await from('203.0.113.9:5001')).toBe(9429)
    expect(await from('[2001:db8::1]:80')).toBe(2002)
    expect(await from('[2001:DB8:0::2]:81')).toBe(9429)
    expect(await from('2001:db8::3')).toBe(9429)
  })

  // Else the time of an answer, or its kind, tells which names there are.
  test('an unknown name is checked and refused like a wrong password', async () => {
    await using server = await bootServer({ loginFailures: '2' })
    const { name } = await register(server)
    const count = checks()
    const shape = async (who: string) => {
      const before = count()
      const answers = [await login(server, who, 'wrong'), await login(server, who, 'wrong')]
      const last = await login(server, who, 'wrong')
      return { answers, last: { ...last, after: null }, checks: count() - before }
    }
    expect(await shape('nobody at all')).toEqual(await shape(name))
  })

  test('the right password forgives the account, and does not open the address', async () => {
    await using server = await bootServer({ loginFailures: '3' })
    const { name } = await register(server)
    checks()
    for (let round = 0; round < 3; round++) {
      for (let i = 0; i < 2; i++) expect((await login(server, name, 'no')).status_code).toBe(2002)
      expect((await login(server, name, 'right')).status_code).toBe(0)
    }
    // Six failures so far; an attacker with an account of his own has no more than others.
    for (let i = 0; i < 3; i++) expect((await login(server, `x-${i}`, 'no')).status_code).toBe(2002)
    expect((await login(server, name, 'right')).status_code).toBe(9429)
  })

  test('an address is that of the socket, unless a trusted proxy says otherwise', async () => {
    const from = (at: number) => ({ 'x-forwarded-for': `203.0.113.${at}` })
    for (const trustProxy of ['', '127.0.0.1']) {
      await using server = await bootServer({ loginFailures: '1', trustProxy })
      checks()
      const ends: number[] = []
      for (let at = 0; at < 9; at++) {
        ends.push((await login(server, `n-${at}`, 'no', from(at))).status_code)
      }
      const refused = ends.filter((code) => code === 9429).length
      expect({ trustProxy, refused }).toEqual({ trustProxy, refused: trustProxy ? 0 : 6 })
      restore.pop()?.()
    }
  })

  test('a session stays valid while others fail to log in', async () => {
    await using server = await bootServer({ loginFailures: '1' })
    const { name, token } = await register(server)
    checks()
    for (let i = 0; i < 5; i++) await login(server, name, 'no')
    expect((await call(server, 'GET', 'user/', { token })).status_code).toBe(0)
  })
})
