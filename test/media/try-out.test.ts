import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createMedia } from '../../src/media/create.ts'
import { createMemoryGuard } from '../../src/media/memory.ts'
import { createNativeFfmpeg } from '../../src/media/native.ts'
import { clip, temporary } from '../support/media/clips.ts'
import { nativeFfmpeg } from '../support/media/engines.ts'
import { fromSource, spawnServer } from '../support/spawn.ts'
import { until } from '../support/until.ts'

// The mistakes that these catch: a good ffmpeg on a busy machine is left aside until the next start; one
// that lacks something is found out by the files of users, who are told that those are damaged.

setDefaultTimeout(60_000)

const limits = { maxDuration: 600, maxPixels: 4096 * 2304, maxFrameRate: 120 }
const lane = { size: 1, waiting: 1 }
const lanes = { interactive: lane, background: lane }

const open = (program: string, timeoutsMs: readonly number[]) =>
  createNativeFfmpeg(program, lanes, createMemoryGuard(1 << 30), { timeoutsMs })

/** A program that does this before it becomes the native ffmpeg. */
function before(steps: string): string {
  const path = join(temporary(), 'ffmpeg')
  writeFileSync(path, `#!/bin/sh\n${steps}\nexec '${nativeFfmpeg}' "$@"\n`, { mode: 0o755 })
  return path
}

describe.skipIf(nativeFfmpeg === null)('a native ffmpeg', () => {
  test('that is slow the first time is asked again', async () => {
    const marker = join(temporary(), 'asked')
    const slow = before(`[ -e '${marker}' ] || { : > '${marker}'; sleep 60; }`)
    const engine = await open(slow, [1000, 60_000])
    expect(existsSync(marker)).toBe(true)
    expect(engine.kind).toBe('native')
    engine.close()
  })

  test('that never answers is refused for that', async () => {
    const refusal = open(before('sleep 60'), [100, 1000])
    await expect(refusal).rejects.toThrow("can't be used as ffmpeg: it didn't answer in 1 s")
  })
  test.each(['bwdif', 'lut3d', 'transpose', 'atrim'])(
    'without the filter %s is refused for that',
    async (filter) => {
      const lists = `'${nativeFfmpeg}' "$@" | grep -v ' ${filter} '`
      const refusal = open(before(`case "$*" in *-filters*) ${lists}; exit;; esac`), [60_000])
      await expect(refusal).rejects.toThrow(
        `can't be used as ffmpeg: it lacks the filter ${filter}`,
      )
    },
  )

  // After an upgrade under a running server, for one.
  test.each(['bwdif', 'libx264', '-enc_time_base'])(
    'that has lost %s since its start says nothing about a file',
    async (word) => {
      const lost = join(temporary(), 'lost')
      const program = before(`[ ! -e '${lost}' ] || for word; do
        shift; set -- "$@" "$(printf %s "$word" | sed 's/${word}/${word}_/')"
      done`)
      const media = await createMedia({ ...limits, ffmpeg: program })
      const path = await clip('avi')
      const inspection = await media.inspect(path)
      writeFileSync(lost, '')
      const target = join(temporary(), 'video.mp4')
      const made = media.render(path, inspection, target)
      await expect(made).rejects.toMatchObject({ name: 'MediaTrouble', kind: 'engine' })
      await media.close()
    },
  )
  test('that is still being tried out holds up no end', async () => {
    const started = join(temporary(), 'started')
    const path = before(`: > '${started}'; exec sleep 600`)
    const env = { PATH: `${dirname(path)}:${process.env.PATH}` }
    const flags = ['--ffmpeg', 'auto']
    await using server = await spawnServer(fromSource, temporary(), { env, flags })
    await until(() => existsSync(started))
    expect(await server.end('SIGTERM')).toBe(0)
    expect(server.output()).not.toContain('the embedded one is used')
  })
})
