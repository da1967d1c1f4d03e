/** What counts as an id. A lax reader takes a refused form for the id of somebody real: that is what these catch. */
import { beforeAll, describe, expect, test } from 'bun:test'
import * as act from './actors.ts'
import { readAnswer } from './client.ts'
import * as to from './endpoints.ts'
import { useServer } from './server.ts'
import type { Params, Transport } from './transports.ts'
import { calls, createWorld, type World } from './world.ts'

const api = useServer()
let world: World

beforeAll(async () => {
  await act.newcomers(api, 12)
  world = await createWorld(api)
})

/** Every id that the API takes, with the real one a lax reader would find. */
const places: [to.Endpoint, name: string, real: (world: World) => number][] = [
  [to.profile, 'user_id', ({ bob }) => bob.id],
  [to.published, 'user_id', ({ bob }) => bob.id],
  [to.favorites, 'user_id', ({ ann }) => ann.id],
  [to.follows, 'user_id', ({ ann }) => ann.id],
  [to.followsMisspelt, 'user_id', ({ ann }) => ann.id],
  [to.followers, 'user_id', ({ bob }) => bob.id],
  [to.friends, 'user_id', ({ bob }) => bob.id],
  [to.favorite, 'video_id', ({ video }) => video.id],
  [to.commenting, 'video_id', ({ video }) => video.id],
  [to.comments, 'video_id', ({ video }) => video.id],
  [to.relation, 'to_user_id', ({ bob }) => bob.id],
  [to.messaging, 'to_user_id', ({ bob }) => bob.id],
  [to.chat, 'to_user_id', ({ bob }) => bob.id],
]

const refused: [what: string, form: (real: number) => string][] = [
  ['a space before', (id) => ` ${id}`],
  ['a space after', (id) => `${id} `],
  ['a line end after', (id) => `${id}\n`],
  ['a plus before', (id) => `+${id}`],
  ['a minus before', (id) => `-${id}`],
  ['hexadecimal', (id) => `0x${id.toString(16)}`],
  ['octal', (id) => `0o${id.toString(8)}`],
  ['binary', (id) => `0b${id.toString(2)}`],
  ['a half more', (id) => `${id}.5`],
  ['a half more in floating point', (id) => goFloat(id + 0.5)],
  ['a comma', (id) => `${id},${id}`],
  ['an underscore', (id) => `${id}_`],
  ['a letter after', (id) => `${id}a`],
  ['JavaScript’s big integer', (id) => `${id}n`],
  [
    'full-width digits',
    (id) => String(id).replace(/\d/g, (d) => '０１２３４５６７８９'[Number(d)]!),
  ],
  ['Arabic digits', (id) => String(id).replace(/\d/g, (d) => '٠١٢٣٤٥٦٧٨٩'[Number(d)]!)],
  ['brackets', (id) => `[${id}]`],
  ['quotes', (id) => `"${id}"`],
  ['a NUL after', (id) => `${id}\0`],
  ['SQL', (id) => `${id} OR 1=1`],
  ['2^53+1, which floating point rounds', () => '9007199254740993'],
  ['2^53+1 in floating point', () => '9.007199254740993e+15'],
  ['2^63', () => '9223372036854775808'],
  ['a wrap around 64 bits', (id) => String(2n ** 64n + BigInt(id))],
  ['a wrap around 32 bits and more', (id) => String(2n ** 96n + BigInt(id))],
  ['a hundred digits', () => '9'.repeat(100)],
  ['beyond floating point', () => '1e+400'],
  ['below floating point', () => '1e-400'],
  ['NaN', () => 'NaN'],
  ['Infinity', () => 'Infinity'],
  ['words', () => 'undefined'],
  ['an object', () => '[object Object]'],
  ['digits without end', () => '1'.repeat(5000)],
]

const ways: Transport[] = ['query', 'urlencoded', 'json of strings']

for (const [endpoint, name, real] of places) {
  describe(`${name} of ${endpoint.path}`, () => {
    for (const [what, form] of refused) {
      test(`refuses ${what}`, async () => {
        for (const via of endpoint.method === 'GET' ? ways.slice(0, 1) : ways) {
          const params = { ...(await valid(endpoint)), [name]: form(real(world)) }
          await api.refused(endpoint, params, { via })
        }
      })
    }

    test('takes floating point that is exactly the id', async () => {
      for (const via of endpoint.method === 'GET' ? ways.slice(0, 1) : ways) {
        const params = await valid(endpoint)
        await api.ok(endpoint, { ...params, [name]: goFloat(real(world)) }, { via })
      }
    })
  })
}

describe('comment_id', () => {
  for (const [what, form] of refused) {
    test(`refuses ${what}, and deletes nothing`, async () => {
      const { ann, video } = world
      const mine = await act.say(api, ann, video, act.unique())
      await api.refused(to.commenting, {
        token: ann.token,
        video_id: video.id,
        action_type: 2,
        comment_id: form(mine.id),
      })
      const { comment_list } = await api.ok(to.comments, { video_id: video.id })
      expect(comment_list.map((comment) => comment.id)).toContain(mine.id)
    })
  }
})

test('an id in floating point means the same user', async () => {
  const { ann, bob } = world
  const { user } = await api.ok(to.profile, { token: ann.token, user_id: goFloat(bob.id) })
  expect(user).toMatchObject({ id: bob.id, name: bob.name })
})

test('a JSON number written in floating point', async () => {
  const { ann, bob } = world
  const answer = await api.raw(to.relation.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"token": "${ann.token}", "to_user_id": ${goFloat(bob.id)}, "action_type": 1}`,
  })
  expect(await readAnswer(to.relation, answer)).toMatchObject({ status_code: 0 })
})

test('an id beyond floating point in JSON is not rounded to a neighbour', async () => {
  const answer = await api.raw(to.relation.path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"token": "${world.ann.token}", "to_user_id": 9007199254740993, "action_type": 1}`,
  })
  expect(await readAnswer(to.relation, answer)).not.toMatchObject({ status_code: 0 })
})

function valid(endpoint: to.Endpoint): Params | Promise<Params> {
  return calls.find((call) => call.endpoint === endpoint)!.params(world)
}

/** A number as Go prints a float64 in %e and as the client notes show it: 1500000 is 1.5e+06. */
function goFloat(value: number): string {
  const [mantissa, exponent] = value.toExponential().split('e')
  return `${mantissa}e${exponent![0]}${exponent!.slice(1).padStart(2, '0')}`
}
