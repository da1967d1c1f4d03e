/** Avatars and backgrounds: there from the first moment, as images that a phone can show. */
import { describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'
import type { User } from './shapes.ts'

const api = useServer()

/** The formats that the app can show, by the bytes they begin with. */
const raster: Record<string, RegExp> = {
  'image/png': /^89504e470d0a1a0a/,
  'image/jpeg': /^ffd8ff/,
  'image/webp': /^52494646.{8}57454250/,
}

for (const field of ['avatar', 'background_image'] as const) {
  describe(field, () => {
    test('is a raster image under its true type, and may be kept long', async () => {
      const answer = await api.raw((await someone())[field])
      expect(answer.status).toBe(200)
      const type = answer.headers.get('content-type') ?? ''
      expect(Object.keys(raster)).toContain(type)
      const bytes = Buffer.from(await answer.arrayBuffer())
      expect(bytes.toString('hex')).toMatch(raster[type]!)
      const kept = /max-age=(\d+)/.exec(answer.headers.get('cache-control') ?? '')?.[1]
      expect(Number(kept)).toBeGreaterThanOrEqual(86_400)
    })

    test('is another one for each user, and the same each time', async () => {
      const images = await Promise.all(
        [await someone(), await someone(), await someone()].map(async (user) => {
          const [once, again] = await Promise.all([bytesOf(user[field]), bytesOf(user[field])])
          expect(once).toBe(again)
          return once
        }),
      )
      expect(new Set(images).size).toBe(3)
    })

    test('HEAD returns what GET does, without the bytes', async () => {
      const address = (await someone())[field]
      const [got, head] = await Promise.all([
        api.raw(address),
        api.raw(address, { method: 'HEAD' }),
      ])
      expect(head.status).toBe(200)
      expect(head.headers.get('content-type')).toBe(got.headers.get('content-type'))
      expect(await head.text()).toBe('')
    })
  })
}

test('an avatar differs from the background of its user', async () => {
  const user = await someone()
  expect(user.avatar).not.toBe(user.background_image)
})

async function someone(): Promise<User> {
  const account = await act.newcomer(api)
  return (await api.ok(to.profile, { token: account.token })).user
}

async function bytesOf(address: string): Promise<string> {
  return Buffer.from(await (await api.raw(address)).arrayBuffer()).toString('base64')
}
