import { join } from 'node:path'
import { createSqliteStore } from '../../../src/store/sqlite/engine/create.ts'
import type { Bench } from '../bench.ts'
import { casesFor } from '../cases/cases.ts'
import { connections, measure, median, type Sample } from '../cases/compare.ts'
import { type Figure, fine } from '../report/report.ts'
import { serve } from '../servers/serve.ts'
import { type Cast, castFor, writeRequests } from '../world/cast.ts'
import {
  copyOfWorld,
  large,
  openWorld,
  removeWorld,
  schemaVersion,
  seededWorld,
} from '../world/world.ts'

/** What a request may cost in the large world, as a multiple of the small one. */
const bar = 1.3

/**
 * The same cases in the standard world and in one ten times as large, with a user whom everybody
 * follows; both servers are driven in turn.
 */
export async function scaleFigures(
  bench: Bench,
  attempt: (name: string, run: () => Promise<void>) => Promise<void>,
): Promise<Figure[]> {
  const world = await seededWorld(bench.binary, large, await schemaVersion(), everybodyFollowsOne)
  const copies = [await copyOfWorld(bench.world), await copyOfWorld(world)] as const
  const figures: Figure[] = []
  try {
    const [small, big] = [castFor(copies[0]), castFor(copies[1])]
    const servers = [
      await serve(bench.binary, copies[0]),
      await serve(bench.binary, copies[1]),
    ] as const
    try {
      const pairs = [...pairsOf(small, big), ...starPairs(small, big)]
      for (const { name, requests } of pairs) {
        await attempt(`scale, ${name}`, async () => {
          figures.push(await costRatio(bench, name, servers, requests))
        })
      }
      await attempt('scale, whole list', async () => {
        figures.push(...(await wholeList(servers[1], big)))
      })
    } finally {
      for (const server of servers) await server.stop()
    }
  } finally {
    for (const copy of copies) removeWorld(copy)
  }
  return figures
}

interface Pair {
  readonly name: string
  /** Lines for the standard world and for the large one. */
  readonly requests: readonly [() => string[], () => string[]]
}

function pairsOf(small: Cast, big: Cast): Pair[] {
  const inBig = casesFor(big)
  return casesFor(small).map((one, at) => ({
    name: one.name,
    requests: [one.requests, inBig[at]!.requests],
  }))
}

/** Lists of 100 entries: of somebody with 100 followers, and of the one whom all follow. */
function starPairs(small: Cast, big: Cast): Pair[] {
  const lines = (cast: Cast, path: string, id: number | null) => () =>
    cast.popular.map((user) => {
      const token = cast.viewers[user.id % cast.viewers.length]!.token
      return `GET /douyin/${path}?limit=100&token=${token}&user_id=${id ?? user.id}`
    })
  const follower = 'relation/follower/list/'
  return [
    {
      name: '100 of 100,000 followers',
      requests: [lines(small, follower, null), lines(big, follower, star)],
    },
    {
      name: 'user with 100,000 followers',
      requests: [lines(small, 'user/', null), lines(big, 'user/', star)],
    },
  ]
}

async function costRatio(
  { directory, options }: Bench,
  name: string,
  servers: readonly [Awaited<ReturnType<typeof serve>>, Awaited<ReturnType<typeof serve>>],
  requests: Pair['requests'],
): Promise<Figure> {
  const sample = async (at: 0 | 1, seconds: number) => {
    const file = await writeRequests(directory, requests[at]())
    return measure(servers[at], file, { connections, seconds, check: seconds === 1 })
  }
  await sample(0, 1)
  await sample(1, 1)
  const pairs: (readonly [Sample, Sample])[] = []
  for (let at = 0; at < options.pairs; at++) {
    pairs.push([await sample(0, options.seconds), await sample(1, options.seconds)] as const)
  }
  const cpu = median(pairs.map(([small, big]) => big.cpu / small.cpu))
  const slower = median(pairs.map(([small, big]) => small.rate / big.rate))
  const [small, big] = [0, 1].map((at) => median(pairs.map((pair) => pair[at]!.rate)))
  return {
    name: `scale, ${name}: cost`,
    value: Number.isNaN(cpu) ? slower : cpu,
    unit: '× standard world',
    bar: { most: bar },
    from: `processor time; ${fine(small!)} → ${fine(big!)} req/s, ${fine(slower)} × by these`,
  }
}

/** A list of 100,000 entries without a limit, which is streamed. */
async function wholeList(server: Awaited<ReturnType<typeof serve>>, cast: Cast): Promise<Figure[]> {
  const token = cast.viewers[0]!.token
  const before = server.memory()
  const started = performance.now()
  const url = `${server.url}/douyin/relation/follower/list/?token=${token}&user_id=${star}`
  const response = (await (await fetch(url)).json()) as {
    status_code: number
    user_list: unknown[]
  }
  const ms = performance.now() - started
  if (response.status_code !== 0) throw new Error('the whole list was refused')
  return [
    {
      name: 'scale, a list of 100,000 followers in one response: memory',
      value: server.memory() - before,
      unit: 'MB more',
      bar: null,
      from: `${fine(ms)} ms for ${response.user_list.length.toLocaleString('en')} entries`,
    },
  ]
}

/** The user whom all follow. */
const star = 1

async function everybodyFollowsOne(directory: string): Promise<void> {
  const database = openWorld(directory)
  const ids = database.query<{ id: number }, []>('SELECT id FROM users').all()
  database.close()
  const store = createSqliteStore(join(directory, 'douyin.db'))
  const now = Date.now()
  const rows = ids
    .filter(({ id }) => id !== star)
    .map(({ id }, at) => ({ userId: id, toUserId: star, createdAt: now - at }))
  for (let at = 0; at < rows.length; at += 4000) {
    await store.seeding.follows(rows.slice(at, at + 4000))
  }
  await store.close()
}
