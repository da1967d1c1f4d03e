import { describe, expect, test } from 'bun:test'
import { commonPasswords } from '../../src/user/login/common-passwords.ts'
import { assertStrong } from '../../src/user/login/password-strength.ts'
import { call } from '../support/api.ts'
import { bootServer } from '../support/server.ts'

describe('strict passwords', () => {
  test.each([
    ['short', 'someone', 'aZ3$xy7'],
    ['in the list', 'someone', 'password'],
    ['the same in capitals', 'someone', 'PassWord'],
    ['the same with digits behind', 'someone', 'football2024!'],
    ['a row of keys', 'someone', '1qaz2wsx'],
    ['digits that all know', 'someone', '5201314520'],
    ['pinyin that all know', 'someone', 'woaini520'],
    ['one letter', 'someone', 'zzzzzzzzzzzzzzzz'],
    ['two letters', 'someone', 'abababababababab'],
    ['the name', 'Some-One-77', 'some-one-77'],
  ])('refuse one that is %s', (_, name, password) => {
    expect(() => assertStrong(name, password)).toThrow('too easy to guess')
  })

  test.each(['correct-horse-42', '海边的傍晚有风吹过', 'x9!kQ2#vTt', '        . , ; :'])(
    'take %s',
    (password) => {
      assertStrong('someone', password)
    },
  )

  test('the list has a few hundred, each as it is compared', () => {
    expect(commonPasswords.size).toBeWithin(300, 2000)
    for (const one of commonPasswords) expect(one).toBe(one.toLowerCase())
  })

  test('are required when registering, if set, and never when logging in', async () => {
    const tries = { username: 'newcomer', password: 'password' }
    await using lax = await bootServer()
    expect((await call(lax, 'POST', 'user/register/', tries)).status_code).toBe(0)
    await using strict = await bootServer({ strictPasswords: 'yes' })
    expect(await call(strict, 'POST', 'user/register/', tries)).toEqual({
      status_code: 2005,
      status_msg: '密码太容易被猜到，请换一个',
      user_id: 0,
      token: '',
    })
    const hash = await Bun.password.hash('password', {
      algorithm: 'argon2id',
      memoryCost: 8,
      timeCost: 1,
    })
    await strict.ctx.store.users.create({ name: 'newcomer', passwordHash: hash })
    expect((await call(strict, 'POST', 'user/login/', tries)).status_code).toBe(0)
  })
})
