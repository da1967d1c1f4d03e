import { seedPassword } from '../../../cli/seed/world.ts'
import type { Bench } from '../bench.ts'
import type { Case } from '../cases/cases.ts'
import { pace } from '../load/pace.ts'
import { type Figure, fine } from '../report/report.ts'
import type { Measured } from '../servers/process.ts'
import { type Cast, writeRequests } from '../world/cast.ts'

/** Logins under way at once. */
const width = 32

/** Feed requests per second meanwhile. */
const rate = 200

/**
 * The feed while 32 people log in at once, again and again. The server may use every core here, as
 * hashing runs beside its event loop.
 */
export async function feedBesideLogins(
  { directory, options }: Bench,
  server: Measured,
  feed: Case,
  { names }: Cast,
): Promise<Figure> {
  server.unpin()
  const file = await writeRequests(directory, feed.requests())
  const load = { url: server.url, file, rate, connections: 16, seconds: options.seconds }
  const idle = await pace(load)
  const crowd = logInAgainAndAgain(server.url, names.slice(0, width))
  const beside = await pace(load)
  const { right, busy } = await crowd.stop()
  return {
    name: 'feed beside 32 logins at once: p99',
    value: beside.p99 / idle.p99,
    unit: '× idle',
    bar: { most: 3 },
    from: `${fine(idle.p99)} → ${fine(beside.p99)} ms, ${fine(right / options.seconds)} logins/s, ${busy} told to wait`,
  }
}

function logInAgainAndAgain(url: string, names: readonly string[]) {
  let going = true
  let right = 0
  let busy = 0
  const one = async (name: string) => {
    const query = new URLSearchParams({ username: name, password: seedPassword })
    const path = `/douyin/user/login/?${query}`
    while (going) {
      const response = await fetch(url + path, { method: 'POST' })
      const { status_code } = (await response.json()) as { status_code: number }
      if (status_code === 0) right++
      else busy++
    }
  }
  const all = Promise.all(names.map(one))
  return {
    async stop() {
      going = false
      await all
      return { right, busy }
    },
  }
}
