import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { call, register } from '../api.ts'
import { descendants } from '../processes.ts'
import { spawnServer } from '../spawn.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { freshClip, upload } from '../upload.ts'

/** What became of honest uploads beside hostile ones, and of the server. */
export interface Besieged {
  readonly ready: number
  /** ms from the last upload to the moment at which the last of them was ready. */
  readonly readyMs: number
  /** What the senders of bombs were told. */
  readonly told: ReadonlySet<string>
  /** ms that the feed took. */
  readonly feed: { readonly p50: number; readonly p99: number }
  /** Bytes, at most: of the data directory beside what was sent, and of all media processes. */
  readonly disk: number
  readonly memory: number
}

/** So long honest uploads are waited for at most. */
const patienceMs = 600_000

/**
 * Uploads bombs, each three times by a user of its own, and so many honest clips of as many users: one
 * half is copied, the other one transcoded.
 */
export async function besieged(
  program: readonly string[],
  flags: readonly string[],
  bombs: readonly Buffer[],
  honest: number,
): Promise<Besieged> {
  const { path, clean } = temporaryDirectory()
  try {
    await using server = await spawnServer(program, path, {
      flags: [...flags, '--uploads-per-address', '1000', '--log', 'off'],
    })
    const publish = async (title: string, bytes: Uint8Array) => {
      const user = await register(server)
      const parts = [['title', title] as const, ['data', bytes] as const]
      const { status_msg: said } = await upload(server, parts, `?token=${user.token}`, {
        'accept-language': 'en',
      })
      return { user, said }
    }
    const attacks = bombs.flatMap((bytes, i) =>
      [0, 1, 2].map((copy) => {
        const tail = Buffer.from([0, 0, 0, 12, 0x66, 0x72, 0x65, 0x65, 0, 0, 0, copy])
        return publish(`bomb ${i}.${copy}`, Buffer.concat([bytes, tail]))
      }),
    )
    const peak = { disk: 0, memory: 0 }
    const feed: number[] = []
    let over = false
    const watching = (async () => {
      while (!over) {
        peak.disk = Math.max(peak.disk, diskOf(path))
        peak.memory = Math.max(peak.memory, memoryOf(server.pid))
        const from = performance.now()
        await call(server, 'GET', 'feed/')
        feed.push(performance.now() - from)
        await Bun.sleep(10)
      }
    })()
    const clips: { token: string; id: number }[] = []
    for (let i = 0; i < honest; i++) {
      const bytes = await freshClip(i % 2 === 0 ? 'h264' : 'hevc-mov')
      clips.push((await publish(`clip ${i}`, bytes)).user)
    }
    const from = performance.now()
    let ready = 0
    while (ready < clips.length && performance.now() - from < patienceMs) {
      const { id, token } = clips[ready] ?? { id: 0, token: '' }
      const of = { token, user_id: id }
      const { video_list: works } = await call(server, 'GET', 'publish/list/', of)
      if (works[0]?.title === `clip ${ready}`) ready++
      else await Bun.sleep(20)
    }
    const readyMs = performance.now() - from
    const told = new Set((await Promise.all(attacks)).map(({ said }) => said))
    over = true
    await watching
    feed.sort((a, b) => a - b)
    const at = (part: number) => feed[Math.floor((feed.length - 1) * part)] ?? 0
    return { ready, readyMs, told, feed: { p50: at(0.5), p99: at(0.99) }, ...peak }
  } finally {
    clean()
  }
}

function diskOf(folder: string): number {
  let bytes = 0
  for (const name of readdirSync(folder, { recursive: true }) as string[]) {
    try {
      const { blocks } = statSync(join(folder, name))
      bytes += blocks * 512
    } catch {
      // It was removed meanwhile.
    }
  }
  return bytes
}

function memoryOf(server: number): number {
  return descendants(server).reduce((sum, pid) => {
    try {
      return sum + Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4096
    } catch {
      return sum
    }
  }, 0)
}
