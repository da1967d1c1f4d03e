import { expect, setDefaultTimeout, test } from 'bun:test'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ailments, healed, wrongs } from '../support/crash/verify.ts'
import {
  createLedger,
  type Entry,
  type Ledger,
  learnVideos,
  settle,
  unthrottled,
  write,
} from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, run, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(long ? 3_600_000 : 120_000)

const rounds = long ? 10 : 2

/** How often each of the other programs has its turn in a round. */
const turns = long ? 3 : 1

const shell = Bun.which('sqlite3')
const other = join(import.meta.dir, '../support/crash/other-program.ts')

// Whatever stands between the server's answers and SQLite's file shows to who opens that file: a read
// that misses what was acknowledged, a lock that is never free, a copy that isn't whole.
test('other programs read, write and copy the database while the server is killed', async () => {
  const { path, clean } = temporaryDirectory()
  const data = join(path, 'data')
  mkdirSync(data)
  const common = readFileSync(await clip('h264'))
  const ledger = createLedger()
  try {
    for (let round = 0; round < rounds; round++) {
      const flags = [...unthrottled, '--log', 'off']
      const server = await spawnServer(program, data, { flags })
      if (round === 0) await settle(server, ledger, 16, common)
      await healed(data)
      await learnVideos(server, ledger)
      const writing = write(server, ledger, { writers: 16, common, pause: 2 })
      for (let turn = 0; turn < turns; turn++) {
        for (const [name, use] of Object.entries(programs)) {
          const began = performance.timeOrigin + performance.now()
          const copy = join(path, 'copy')
          mkdirSync(copy)
          await use(data, copy)
          const found = await wrongIn(copy, ledger.entries, began)
          expect({ name, found }).toEqual({ name, found: [] })
          rmSync(copy, { recursive: true })
        }
      }
      // Now the other one is the last to have it open, now nobody is.
      const last = round % 2 === 0 ? sqlite('write', data, path) : null
      await server.end('SIGKILL')
      await writing.stop()
      await last
      expect(await ailments(data, false)).toEqual([])
      expect(wrongs(data, ledger.entries)).toEqual([])
    }
    expect(ledger.wrong).toEqual([])
    console.log(`      ${ledger.entries.length} deeds, of them ${refusedOf(ledger)} refused`)
  } finally {
    clean()
  }
})

/** What others do with the file; what they see in it goes to a directory. */
const programs: Record<string, (data: string, to: string) => Promise<void>> = {
  'a read': (data, to) => sqlite('read', data, to),
  'short writes': (data, to) => sqlite('write', data, to),
  'VACUUM INTO': (data, to) => sqlite('vacuum', data, to),
  'douyin backup': async (data, to) => {
    await succeeds([...program, 'backup', to, '--data', data])
    const copied = readdirSync(to).find((name) => name.endsWith('.db'))!
    copyFileSync(join(to, copied), join(to, 'douyin.db'))
  },
  // The shell may be of a version that must not write beside others: it only reads.
  ...(shell && {
    '.backup of the shell': (data, to) => inShell(data, `.backup '${join(to, 'douyin.db')}'`),
    'VACUUM INTO of the shell': (data, to) =>
      inShell(data, `VACUUM INTO '${join(to, 'douyin.db')}'`),
  }),
}

const sqlite = (what: string, data: string, to: string) =>
  succeeds([process.execPath, other, what, join(data, 'douyin.db'), join(to, 'douyin.db')])

const inShell = (data: string, command: string) =>
  succeeds([shell!, '-readonly', '-cmd', '.timeout 5000', join(data, 'douyin.db'), command])

async function succeeds(command: readonly string[]): Promise<void> {
  const { code, stderr } = await run(command)
  expect({ code, said: code === 0 ? '' : stderr }).toEqual({ code: 0, said: '' })
}

/** What a copy hasn't of what was answered before it was begun, and what is not whole in it. */
async function wrongIn(copy: string, entries: readonly Entry[], began: number): Promise<string[]> {
  const found = await ailments(copy, false)
  // The files of the videos are no part of it.
  const rows = found.filter((what) => !what.startsWith('rows without their '))
  return [...rows, ...wrongs(copy, entries, began)]
}

const refusedOf = ({ entries }: Ledger) =>
  entries.filter(({ refused = 0 }) => refused >= 7000).length
