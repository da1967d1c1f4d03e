import { expect, setDefaultTimeout, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { ailments, healed, wrongs } from '../support/crash/verify.ts'
import { createLedger, learnVideos, settle, unthrottled, write } from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { program, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(long ? 3_600_000 : 120_000)

const rounds = long ? 200 : 5
const writers = 16

// A write that was acknowledged before it was on disk, a row before its files, a count beside its
// rows, a remnant that nobody sweeps: each shows when the server dies in the middle of everything.
test(`${rounds} times killed under ${writers} writers, nothing acknowledged is lost`, async () => {
  const { path, clean } = temporaryDirectory()
  const common = readFileSync(await clip('h264'))
  const ledger = createLedger()
  try {
    for (let round = 0; round < rounds; round++) {
      const server = await spawnServer(program, path, {
        flags: [...unthrottled, '--log', 'off'],
      })
      if (round === 0) await settle(server, ledger, writers, common)
      // What the last one left half-done is gone again, once this one has looked around.
      await healed(path)
      await learnVideos(server, ledger)
      const writing = write(server, ledger, { writers, common })
      await Bun.sleep(100 + Math.random() * 900)
      await server.end('SIGKILL')
      await writing.stop()
      expect(await ailments(path, false)).toEqual([])
      expect(wrongs(path, ledger.entries)).toEqual([])
    }
    expect(wrongs(path, ledger.entries)).toEqual([])
    expect(ledger.wrong).toEqual([])
    await using last = await spawnServer(program, path, { flags: unthrottled })
    await healed(path)
    const heard = ledger.entries.filter((entry) => entry.heard !== null)
    for (const kind of ['register', 'publish', 'comment', 'message', 'like', 'follow']) {
      expect(heard.filter(({ deed }) => deed.kind === kind).length, kind).toBeGreaterThan(0)
    }
    console.log(`      ${heard.length} acknowledged in ${rounds} rounds`)
    expect((await fetch(`${last.url}/healthz`)).status).toBe(200)
  } finally {
    clean()
  }
})
