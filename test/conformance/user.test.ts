/** Register, login and profiles. */
import { describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'

const api = useServer()
const { password } = act

/** A tail of 10 characters that makes a name of any letters one that nobody has. */
const tail = () => crypto.randomUUID().slice(0, 10)

describe('names are 1 to 32 characters, counted as people count them', () => {
  const taken: [what: string, name: () => string][] = [
    ['32 letters', () => tail() + 'x'.repeat(22)],
    ['32 汉字 (96 bytes)', () => tail() + '汉'.repeat(22)],
    ['32 emoji and letters (54 UTF-16 units)', () => tail() + '😀'.repeat(22)],
    ['a space within', () => `${tail()} x`],
    ['quotes, percent, plus, ampersand', () => `${tail()}'"%+&=;`],
    ['markup', () => `<b>${tail()}</b>`],
    ['right to left', () => `${tail()}مرحبا`],
    ['what a lax reader takes for a number', () => `0x${tail()}`],
  ]
  for (const [what, name] of taken) {
    test(`takes ${what}, and shows it as it was given`, async () => {
      const account = await act.newcomer(api, name())
      expect(await act.profileOf(api, account, account)).toMatchObject({ name: account.name })
      const known = await api.ok(to.login, { username: account.name, password })
      expect(known.user_id).toBe(account.id)
    })
  }

  test('takes one character', async () => {
    // Only a name of one character can show that one is enough; on a server in use it may be taken already.
    const letters = [...'零一二三四五六七八九十甲乙丙丁戊己庚辛壬癸']
    const answers = await Promise.all(
      letters.map((username) => api.call(to.register, { username, password })),
    )
    const logins = await Promise.all(
      letters.map((username) => api.call(to.login, { username, password })),
    )
    expect(logins.filter(({ status_code }) => status_code === 0)).not.toBeEmpty()
    expect(answers).toHaveLength(letters.length)
  })

  const refused: [what: string, name: string][] = [
    ['nothing', ''],
    ['spaces only', '   '],
    ['an ideographic space only', '\u3000'],
    ['33 letters', 'x'.repeat(33)],
    ['33 汉字', '汉'.repeat(33)],
    ['33 emoji', '😀'.repeat(33)],
    ['ten thousand letters', 'x'.repeat(10_000)],
    ['a NUL', `a${tail()}\0b`],
    ['a line end within', `a${tail()}\nb`],
    ['a tab within', `a${tail()}\tb`],
    ['an escape', `a${tail()}\u001b[31m`],
    ['a delete', `a${tail()}\u007fb`],
    ['a C1 control', `a${tail()}\u0085b`],
  ]
  for (const [what, username] of refused) {
    test(`refuses ${what}, with user_id 0 and an empty token`, async () => {
      for (const via of ['query', 'urlencoded', 'json'] as const) {
        const answer = await api.refused(to.register, { username, password }, { via })
        expect(answer).toMatchObject({ user_id: 0, token: '' })
      }
    })
  }
})

describe('names are trimmed', () => {
  test('before they are counted, kept and looked up', async () => {
    const name = tail() + 'x'.repeat(22)
    const account = await act.newcomer(api, `  ${name} `)
    expect(await act.profileOf(api, account, account)).toMatchObject({ name })
    for (const username of [name, ` ${name}`, `${name}  `]) {
      const known = await api.ok(to.login, { username, password })
      expect(known.user_id).toBe(account.id)
    }
  })

  test('before they are compared: no second one by a space', async () => {
    const { name } = await act.newcomer(api)
    for (const username of [name, ` ${name}`, `${name} `]) {
      const answer = await api.refused(to.register, { username, password })
      expect(answer).toMatchObject({ user_id: 0, token: '' })
    }
  })
})

test('of twenty who register one name at once, one gets it', async () => {
  const username = act.unique()
  const answers = await act.inParallel(20, 20, () => api.call(to.register, { username, password }))
  const winners = answers.filter(({ status_code }) => status_code === 0)
  expect(winners).toHaveLength(1)
  expect(await api.ok(to.login, { username, password })).toMatchObject({
    user_id: winners[0]!.user_id,
  })
  for (const loser of answers.filter(({ status_code }) => status_code !== 0)) {
    expect(loser).toMatchObject({ user_id: 0, token: '' })
  }
})

test('two who register two names at once are two', async () => {
  const accounts = await act.newcomers(api, 10)
  expect(new Set(accounts.map(({ id }) => id)).size).toBe(10)
  expect(new Set(accounts.map(({ token }) => token)).size).toBe(10)
})

describe('passwords are 1 to 32 characters', () => {
  for (const password of ['x', 'x'.repeat(32), '密'.repeat(32), '😀'.repeat(32), 'a b&c=d%+"\'']) {
    test(`takes ${password}`, async () => {
      const username = act.unique()
      const { user_id } = await api.ok(to.register, { username, password })
      expect(await api.ok(to.login, { username, password })).toMatchObject({ user_id })
      await api.refused(to.login, { username, password: `${password.slice(0, -1)}y` })
    })
  }
  for (const password of ['', 'x'.repeat(33), '密'.repeat(33), '😀'.repeat(33), 'x'.repeat(9999)]) {
    test(`refuses ${[...password].length} of ${[...password][0] ?? 'nothing'}`, async () => {
      const username = act.unique()
      const answer = await api.refused(to.register, { username, password })
      expect(answer).toMatchObject({ user_id: 0, token: '' })
      await api.refused(to.login, { username, password })
      await act.newcomer(api, username)
    })
  }

  test('one that only begins like the right one is wrong', async () => {
    const username = act.unique()
    await api.ok(to.register, { username, password: '密'.repeat(32) })
    for (const wrong of ['密'.repeat(31), '密'.repeat(24), '密', '密'.repeat(33)]) {
      await api.refused(to.login, { username, password: wrong })
    }
  })
})

describe('login', () => {
  test('with a wrong password or an unknown name returns user_id 0 and an empty token', async () => {
    const { name } = await act.newcomer(api)
    const attempts = [
      { username: name, password: 'wrong' },
      { username: name, password: '' },
      { username: name, password: password.toUpperCase() },
      { username: name, password: 'x'.repeat(5000) },
      { username: act.unique(), password },
      { username: '', password },
      { username: '%', password },
      { username: `${name}' --`, password },
    ]
    for (const attempt of attempts) {
      const answer = await api.refused(to.login, attempt)
      expect(answer).toMatchObject({ user_id: 0, token: '' })
    }
  })

  test('on many devices at once leaves each signed in', async () => {
    const { id, name, token } = await act.newcomer(api)
    const logins = await act.inParallel(5, 5, () => api.ok(to.login, { username: name, password }))
    const tokens = [token, ...logins.map((login) => login.token)]
    expect(new Set(tokens).size).toBe(6)
    for (const token of tokens) {
      expect(await api.ok(to.profile, { token })).toMatchObject({ user: { id } })
    }
  })

  test('returns a token of at least 128 bits that needs no escaping in a URL', async () => {
    const { token } = await act.newcomer(api)
    expect(token).toMatch(/^[\w.~-]{22,}$/)
  })
})

describe('a profile', () => {
  test('of a newcomer counts nothing, and nobody follows themselves', async () => {
    const account = await act.newcomer(api)
    expect(await act.profileOf(api, account, account)).toMatchObject({
      id: account.id,
      name: account.name,
      follow_count: 0,
      follower_count: 0,
      is_follow: false,
      total_favorited: 0,
      work_count: 0,
      favorite_count: 0,
    })
  })

  test('with a token and no user_id is one’s own', async () => {
    const account = await act.newcomer(api)
    const { user } = await api.ok(to.profile, { token: account.token })
    expect(user).toEqual(await act.profileOf(api, account, account))
  })

  test('that is refused still has a whole user in it', async () => {
    const { token } = await act.newcomer(api)
    const { user } = await api.refused(to.profile, { token, user_id: 4_503_599_627_370_495 })
    expect(user).toMatchObject({ id: 0, name: '' })
  })

  test('has no password in it', async () => {
    const account = await act.newcomer(api)
    const answer = await api.ok(to.profile, { token: account.token })
    expect(JSON.stringify(answer)).not.toMatch(/password|argon2|token/i)
  })
})
