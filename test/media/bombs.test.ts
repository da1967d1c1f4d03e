import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { executable } from '../support/executable.ts'
import { besieged } from '../support/media/besieged.ts'
import { type Bomb, bombs } from '../support/media/bombs.ts'
import { nativeFfmpeg } from '../support/media/engines.ts'

const long = Boolean(process.env.DOUYIN_TEST_LONG)
setDefaultTimeout(long ? 3_600_000 : 600_000)

// The mistake that these catch: a hostile file costs everybody else their time, their disk or their
// memory.

const honest = long ? 100 : 4
const megabyte = 1e6

const cases: readonly (readonly [name: string, bombs: readonly Bomb[], told: RegExp])[] = long
  ? [
      ['a copy bomb', ['copy'], /damaged/],
      ['time bombs', ['time', 'slow'], /minutes of a processor|success/i],
      ['a memory bomb', ['memory'], /of memory|success/i],
    ]
  : [['bombs of all kinds', ['copy', 'slow', 'memory'], /damaged|minutes|of memory|success/i]]

/** Made once for both engines. */
const known = new Map<Bomb, Promise<Buffer>>()
const made = (kind: Bomb): Promise<Buffer> => {
  const bomb = known.get(kind) ?? bombs[kind]()
  known.set(kind, bomb)
  return bomb
}

const engines = ['embedded', nativeFfmpeg]

describe.skipIf(process.platform !== 'linux').each(engines)('with %s', (engine) => {
  test.skipIf(!engine).each(cases)(
    `${honest} honest uploads beside %s`,
    async (name, kinds, told) => {
      const files: Buffer[] = []
      for (const kind of kinds) files.push(await made(kind))
      const memory = '1GB'
      const flags = ['--ffmpeg', engine ?? '', '--media-memory', memory]
      const seen = await besieged([await executable()], flags, files, honest)
      const [p50, p99] = [seen.feed.p50, seen.feed.p99].map((ms) => ms.toFixed(1))
      const [disk, used] = [seen.disk, seen.memory].map((bytes) => Math.round(bytes / megabyte))
      console.log(
        `      ${engine}, ${name}: ${seen.ready} ready, the last ${Math.round(seen.readyMs)} ms after ` +
          `it was sent; feed ${p50} ms, p99 ${p99} ms; disk ${disk} MB, media memory ${used} MB; ` +
          `told: ${[...seen.told].join(' | ')}`,
      )
      expect(seen.ready).toBe(honest)
      for (const said of seen.told) expect(said).toMatch(told)
      // What was sent, what was made of it, the database; none of it grows with what an index claims.
      const sent = files.reduce((sum, { length }) => sum + length * 3, 0)
      expect(seen.disk).toBeLessThan(sent * 3 + honest * megabyte + 100 * megabyte)
      // What is over the bound is what one process allocates between two looks.
      expect(seen.memory).toBeLessThan(3000 * megabyte)
    },
  )
})
