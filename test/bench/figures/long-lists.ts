import { connect } from 'node:net'
import { join } from 'node:path'
import { createSqliteStore } from '../../../src/store/sqlite/engine/create.ts'
import type { Bench } from '../bench.ts'
import type { Case } from '../cases/cases.ts'
import { pace } from '../load/pace.ts'
import { type Figure, fine } from '../report/report.ts'
import { serve } from '../servers/serve.ts'
import { writeRequests } from '../world/cast.ts'
import { copyOfWorld, removeWorld } from '../world/world.ts'

/** Clients that ask for the whole of one list again and again, all from one address. */
const hungry = 10

const followers = 100_000

/** Feed requests per second of the phone beside them. */
const rate = 100

/** The feed of a phone while ten clients are hungry for all followers of somebody. */
export async function feedBesideLists(
  { directory, options, world, binary }: Bench,
  feed: Case,
): Promise<Figure> {
  const data = await copyOfWorld(world)
  try {
    const count = options.short ? 1_000 : followers
    const star = await seedStar(join(data, 'douyin.db'), count)
    const server = await serve(binary, data)
    try {
      const file = await writeRequests(directory, feed.requests())
      const load = { url: server.url, file, rate, connections: 4, seconds: options.seconds }
      await pace(load)
      const idle = await pace(load)
      const crowd = askAgainAndAgain(server.url, `/douyin/relation/follower/list/?user_id=${star}`)
      const started = performance.now()
      const beside = await pace(load)
      const seconds = (performance.now() - started) / 1000
      const bytes = crowd.stop()
      if (bytes === 0) throw new Error('the lists were not sent')
      return {
        name: `feed beside ${hungry} clients that list ${count.toLocaleString('en')} followers: p99`,
        value: beside.p99 / idle.p99,
        unit: '× idle',
        bar: { most: 3 },
        from: `p50 ${fine(idle.p50)} → ${fine(beside.p50)}, p99 ${fine(idle.p99)} → ${fine(beside.p99)} ms at ${rate}/s, ${fine(bytes / seconds / 1e6)} MB/s of lists`,
      }
    } finally {
      await server.stop()
    }
  } finally {
    removeWorld(data)
  }
}

/** Adds somebody whom so many follow; returns the id. */
async function seedStar(path: string, count: number): Promise<number> {
  const store = createSqliteStore(path)
  try {
    const { seeding } = store
    const person = { passwordHash: 'none', signature: '', createdAt: 1, lastSeenAt: 1 }
    const [star = 0] = await seeding.users([{ ...person, name: 'bench-star' }])
    for (let at = 0; at < count; at += 5_000) {
      const some = Array.from({ length: Math.min(5_000, count - at) }, (_, of) => ({
        ...person,
        name: `bench-fan-${at + of}`,
      }))
      const ids = await seeding.users(some)
      await seeding.follows(ids.map((userId) => ({ userId, toUserId: star, createdAt: at + 1 })))
    }
    return star
  } finally {
    await store.close()
  }
}

/** Bare sockets, since what a client does with what it gets would take the time of the load. */
function askAgainAndAgain(url: string, path: string) {
  const { hostname, port } = new URL(url)
  let isOver = false
  let bytes = 0
  const open = new Set<ReturnType<typeof connect>>()
  const ask = () => {
    if (isOver) return
    const socket = connect(Number(port), hostname)
    open.add(socket)
    socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nConnection: close\r\n\r\n`)
    socket.on('data', (chunk) => {
      bytes += chunk.length
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      open.delete(socket)
      ask()
    })
  }
  for (let at = 0; at < hungry; at++) ask()
  return {
    /** @returns the bytes that came */
    stop(): number {
      isOver = true
      for (const socket of open) socket.destroy()
      return bytes
    },
  }
}
