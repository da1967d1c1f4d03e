// `npm run profile [SECONDS]`: CPU profile of the server under a bounded load of reads and likes. The
// load is made by this process, so the profile has only the server in it.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { seedPassword } from '../../cli/seed/world.ts'
import { fromSource, run, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const connections = 32
/** The other requests read the feed. */
const likesPercent = 10
const videos = 500

const loadSeconds = Number(process.argv[2] ?? 10)
if (!(loadSeconds >= 1 && loadSeconds <= 600)) {
  console.error(`SECONDS is from 1 to 600, not '${process.argv[2]}'`)
  process.exit(2)
}

const target = join(import.meta.dir, '../../dist/profile')
const data = temporaryDirectory()
const size = ['--users', '200', '--videos', String(videos), '--clips', '2']
const seeded = await run([...fromSource, 'seed', ...size, '--data', data.path])
if (seeded.code !== 0) throw new Error(seeded.stderr)

const [bun = 'bun', ...main] = fromSource
const profiled = [bun, '--cpu-prof', '--cpu-prof-md', '--cpu-prof-dir', target, ...main]
const flags = ['--log', 'off', '--write-rate', '0']
await using server = await spawnServer(profiled, data.path, { flags })
const { token } = await post('/douyin/user/login/', { username: 'demo', password: seedPassword })

console.log(`${loadSeconds} s of load from ${connections} connections …`)
const end = performance.now() + loadSeconds * 1000
let requests = 0
await Promise.all(Array.from({ length: connections }, requestUntilEnd))
const status = await server.end('SIGTERM')
data.clean()
console.log(`${requests} requests; the server ended with status ${status}. Its profile:`)
for (const name of readdirSync(target).sort().slice(-2)) console.log(`  ${join(target, name)}`)
console.log('The .cpuprofile opens in the developer tools of Chrome (Performance) and in VS Code.')

async function requestUntilEnd(): Promise<void> {
  while (performance.now() < end) {
    const at = requests++
    if (at % 100 < likesPercent) await like(1 + (at % videos), at % 1000 < 500)
    else await (await fetch(`${server.url}/douyin/feed/?token=${token}`)).arrayBuffer()
  }
}

function like(videoId: number, on: boolean) {
  const parameters = { token, video_id: String(videoId), action_type: on ? '1' : '2' }
  return post('/douyin/favorite/action/', parameters)
}

async function post(path: string, parameters: Record<string, string>) {
  const body = new URLSearchParams(parameters)
  const answer = await (await fetch(server.url + path, { method: 'POST', body })).json()
  if (answer.status_code !== 0) throw new Error(answer.status_msg)
  return answer
}
