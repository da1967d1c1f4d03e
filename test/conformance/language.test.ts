/** The app shows status_msg to its user: in Chinese, or in English for those who prefer it. */
import { describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import type { Client } from './client.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'

const api = useServer()

const chinese = /\p{Script=Han}/u

const prefer: [accept: string | undefined, language: 'Chinese' | 'English'][] = [
  [undefined, 'Chinese'],
  ['', 'Chinese'],
  ['*', 'Chinese'],
  ['zh', 'Chinese'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'Chinese'],
  ['zh-Hans-CN', 'Chinese'],
  ['en;q=0.3, zh;q=0.7', 'Chinese'],
  ['en;q=0, zh', 'Chinese'],
  ['en', 'English'],
  ['EN', 'English'],
  ['en-GB', 'English'],
  ['en-US,en;q=0.9,zh-CN;q=0.8,zh;q=0.7', 'English'],
  ['zh;q=0.3, en;q=0.7', 'English'],
  ['zh;q=0.2,en', 'English'],
  [';;;q=a,,', 'Chinese'],
]

const refusals: [what: string, ask: (headers: Record<string, string>) => Promise<string>][] = [
  [
    'a login of nobody',
    // Of another one each time: too many tries on one account are refused in other words.
    (headers) => refusal(to.login, { username: act.unique(), password: 'x' }, headers),
  ],
  ['a missing parameter', (headers) => refusal(to.register, {}, headers)],
  ['a missing token', (headers) => refusal(to.friends, { user_id: 1 }, headers)],
  ['a broken id', (headers) => refusal(to.comments, { video_id: '0x10' }, headers)],
  ['an unknown path', (headers) => transportFailure(api, '/douyin/nothing/', headers)],
]

for (const [what, ask] of refusals) {
  describe(what, () => {
    for (const [accept, language] of prefer) {
      test(`Accept-Language ${accept ?? 'absent'}: ${language}`, async () => {
        const said = await ask(accept === undefined ? {} : { 'accept-language': accept })
        if (language === 'Chinese') expect(said).toMatch(chinese)
        else expect(said).not.toMatch(chinese)
      })
    }
  })
}

async function refusal(
  endpoint: to.Endpoint,
  params: Record<string, string | number>,
  headers: Record<string, string>,
): Promise<string> {
  return (await api.refused(endpoint, params, { headers })).status_msg
}

async function transportFailure(client: Client, path: string, headers: Record<string, string>) {
  const answer = await client.raw(path, { headers })
  return ((await answer.json()) as { status_msg: string }).status_msg
}
