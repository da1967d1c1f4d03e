// Mixed load for a while, and what it does to the server's memory and descriptors:
//   bun test/support/crash/soak.ts [seconds] [program…]   1,800 s of the sources unless told otherwise
// Ends by itself; status 1 if memory grows by 1 MB a minute or more, or descriptors stay open.
import { readdirSync, readFileSync } from 'node:fs'
import { call } from '../api.ts'
import { clip } from '../media/clips.ts'
import { fromSource, spawnServer } from '../spawn.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { createLedger, type Ledger, settle, unthrottled, write } from './writers.ts'

/** What a soak found. Memory is MB, of the server alone. */
export interface Soaked {
  readonly seconds: number
  readonly acknowledged: number
  readonly reads: number
  /** After the warm-up, the first third of the time: until then SQLite fills its cache of pages. */
  readonly first: number
  readonly last: number
  /** MB a minute, by least squares over all samples after the warm-up. */
  readonly slope: number
  /** Before the load, and when it was over. */
  readonly descriptors: readonly [before: number, after: number]
  readonly wrong: readonly string[]
}

/** ms of rest of each writer and reader after the warm-up: a busy evening, on a machine that has other work too. */
const pause = 20

/**
 * Hardly anybody and anything new: what the server keeps in memory of users and works has bounds far
 * beyond a soak, and would grow as the world does.
 */
const growth = 0.01

/** Lets writers, readers and chat sockets at a server of its own for so many seconds. */
export async function soak(
  seconds: number,
  program: readonly string[] = fromSource,
  tell: (line: string) => void = () => {},
): Promise<Soaked> {
  const { path, clean } = temporaryDirectory()
  try {
    const common = readFileSync(await clip('h264'))
    await using server = await spawnServer(program, path, {
      flags: [...unthrottled, '--log', 'off'],
    })
    const ledger = createLedger()
    await settle(server, ledger, 16, common)
    const before = descriptorsOf(server.pid)
    let writing = write(server, ledger, { writers: 8, common, growth })
    const reading = read(server, ledger, 4)
    const sockets = chat(server, ledger, 8)
    const samples: { minutes: number; memory: number }[] = []
    const began = performance.now()
    let warmUp = true
    const step = Math.max(0.25, seconds / 120)
    for (let at = step; at <= seconds; at += step) {
      await Bun.sleep(Math.max(0, began + at * 1000 - performance.now()))
      // The warm-up goes as fast as it can, so that the cache of pages is full when it ends.
      if (warmUp && at >= seconds / 3) {
        warmUp = false
        await writing.stop()
        writing = write(server, ledger, { writers: 8, common, pause, growth })
      }
      const sample = { minutes: at / 60, memory: memoryOf(server.pid) }
      samples.push(sample)
      tell(`${at.toFixed(0)} s  ${sample.memory.toFixed(1)} MB  ${descriptorsOf(server.pid)} fds`)
    }
    await writing.stop()
    const reads = await reading.stop()
    sockets.close()
    // Connections that a client lets go of are gone a little later.
    let after = descriptorsOf(server.pid)
    for (let n = 0; n < 100 && after > before + 10; n++) {
      await Bun.sleep(100)
      after = descriptorsOf(server.pid)
    }
    const warm = samples.slice(Math.floor(samples.length / 3))
    return {
      seconds,
      acknowledged: ledger.entries.filter(({ heard }) => heard !== null).length,
      reads,
      first: warm[0]!.memory,
      last: warm.at(-1)!.memory,
      slope: slopeOf(warm),
      descriptors: [before, after],
      wrong: ledger.wrong,
    }
  } finally {
    clean()
  }
}

function read(server: { url: string }, ledger: Ledger, readers: number) {
  let stopped = false
  let reads = 0
  const one = async (at: number) => {
    const { id, token } = ledger.people[at]!
    const to_user_id = ledger.people[at + 1]!.id
    while (!stopped) {
      await call(server, 'GET', 'feed/', { token })
      await call(server, 'GET', 'favorite/list/', { token, user_id: id, limit: 20 })
      await call(server, 'GET', 'comment/list/', { token, video_id: 1, limit: 20 })
      await call(server, 'GET', 'relation/friend/list/', { token, user_id: id, limit: 20 })
      await call(server, 'GET', 'message/chat/', { token, to_user_id, pre_msg_time: Date.now() })
      reads += 5
      await Bun.sleep(pause)
    }
  }
  const done = Promise.all(Array.from({ length: readers }, (_, at) => one(at)))
  return {
    async stop() {
      stopped = true
      await done
      return reads
    },
  }
}

/** Sockets that come and go, each with whatever is said to its user meanwhile. */
function chat(server: { url: string }, ledger: Ledger, amount: number) {
  const sockets = new Map<number, WebSocket>()
  const open = (at: number) => {
    sockets.get(at)?.close()
    const { token } = ledger.people[at]!
    const address = server.url.replace('http', 'ws')
    sockets.set(at, new WebSocket(`${address}/douyin/message/ws?token=${token}`))
  }
  for (let at = 0; at < amount; at++) open(at)
  const timer = setInterval(() => open(Math.floor(Math.random() * amount)), 500)
  return {
    close() {
      clearInterval(timer)
      for (const socket of sockets.values()) socket.close()
    },
  }
}

const memoryOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

const descriptorsOf = (pid: number): number => readdirSync(`/proc/${pid}/fd`).length

function slopeOf(samples: readonly { minutes: number; memory: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length
  const x = mean(samples.map(({ minutes }) => minutes))
  const y = mean(samples.map(({ memory }) => memory))
  const shared = samples.map(({ minutes, memory }) => (minutes - x) * (memory - y))
  const own = samples.map(({ minutes }) => (minutes - x) ** 2)
  return mean(shared) / mean(own)
}

if (import.meta.main) {
  const [seconds = '1800', ...program] = process.argv.slice(2)
  const found = await soak(Number(seconds), program.length > 0 ? program : fromSource, (line) =>
    console.log(line),
  )
  console.log(JSON.stringify(found, null, 2))
  const { slope, descriptors, wrong } = found
  const fine = slope < 1 && descriptors[1] <= descriptors[0] + 10 && wrong.length === 0
  console.log(fine ? 'flat' : 'NOT FLAT')
  process.exit(fine ? 0 : 1)
}
