import { afterEach, expect, test } from 'bun:test'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { claimBackup, claimDirectory, claimFiles, isQuiet } from '../../src/lib/lock.ts'
import { run } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const directory = temporaryDirectory()
const data = join(directory.path, 'data')
afterEach(directory.clean)

// Whoever takes the files of a seed or an upload under way for remnants removes them.
test('one server at a time; a directory is quiet when nobody puts files there', () => {
  expect([isQuiet(data, true), isQuiet(data, false)]).toEqual([true, true])

  const release = claimDirectory(data)
  expect(() => claimDirectory(data)).toThrow('another douyin serves')
  expect([isQuiet(data, true), isQuiet(data, false)]).toEqual([false, true])
  release()
  claimDirectory(data)()

  const seeds = [claimFiles(data), claimFiles(data)]
  for (const end of seeds) {
    expect([isQuiet(data, true), isQuiet(data, false)]).toEqual([false, false])
    end()
  }
  expect([isQuiet(data, true), isQuiet(data, false)]).toEqual([true, true])

  // A server may start beside a seed, and a seed beside a server.
  const seed = claimFiles(data)
  claimDirectory(data)()
  seed()

  const backup = claimBackup(data)
  expect(() => claimBackup(data)).toThrow('another backup')
  backup()
})

// The lock was in what only the returned function referred to: whoever dropped that lost the directory.
test('a claim is kept when the function that releases it is dropped and collected', async () => {
  const dropped = join(directory.path, 'dropped')
  const claim = () => {
    claimDirectory(dropped)
    claimFiles(dropped)
    claimBackup(dropped)
  }
  claim()
  for (let i = 0; i < 5; i++) {
    Bun.gc(true)
    await Bun.sleep(0)
  }
  expect([isQuiet(dropped, true), isQuiet(dropped, false)]).toEqual([false, false])
  expect(() => claimDirectory(dropped)).toThrow('another douyin serves')
  expect(() => claimBackup(dropped)).toThrow('another backup')
})

test('a directory that cannot be made is told by its name', () => {
  expect(() => claimDirectory('/proc/nothing')).toThrow('/proc/nothing cannot be written')
})

// A server that can write nothing would start, and fail at whatever it is asked to do.
test('a directory that may only be read is served by nobody, though it is quiet', async () => {
  isQuiet(data, true)
  for (const path of ['serve.lock', 'files.lock', '']) chmodSync(join(data, path), 0o555)
  chmodSync(directory.path, 0o755)
  const script = `
    import { claimDirectory, isQuiet } from '${join(import.meta.dir, '../../src/lib/lock.ts')}'
    // Root may write everywhere.
    if (process.getuid() === 0) process.setuid(65534)
    console.log(isQuiet('${data}', true))
    claimDirectory('${data}')`
  const { stdout, stderr, code } = await run(['bun', '-e', script])
  expect([stdout, code]).toEqual(['true\n', 1])
  expect(stderr).toContain(`${data} cannot be written: `)
})
