import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  appendFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { douyin, inventory, livedDirectories } from '../support/cli/lived.ts'
import { ailments } from '../support/crash/verify.ts'
import { unthrottled } from '../support/crash/writers.ts'
import { fromSource, run, spawnServer } from '../support/spawn.ts'

setDefaultTimeout(120_000)

const { place, lived } = livedDirectories()

describe('restore', () => {
  test('replaces nothing unless forced, and then all of it', async () => {
    const { data, backup } = await lived()
    const before = inventory(data)
    const refused = await douyin('restore', backup, '--data', data)
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is not empty') })
    expect(inventory(data)).toEqual(before)
    const other = await lived()
    await douyin('seed', '--users', '2', '--videos', '0', '--data', other.data)
    expect(await douyin('restore', backup, '--data', other.data, '--force')).toMatchObject({
      code: 0,
    })
    expect(await ailments(other.data, false)).toEqual([])
    const rows = async (path: string) => (await douyin('users', '--json', '--data', path)).stdout
    expect(await rows(other.data)).toBe(await rows(data))
  })

  // The files of the backup were removed to make room for themselves.
  test('to the backup itself, into it or around it is refused, forced or not', async () => {
    const { backup } = await lived()
    const link = place()
    symlinkSync(backup, link)
    const before = inventory(backup)
    for (const target of [backup, link, join(backup, 'data'), join(backup, '..')]) {
      const refused = await douyin('restore', backup, '--data', target, '--force')
      expect(refused).toMatchObject({ code: 1, stdout: '' })
      expect(refused.stderr).toMatch(/is the data directory| lies in /)
    }
    expect(inventory(backup)).toEqual(before)
  })

  test('is refused while a server has the directory', async () => {
    const { data, backup } = await lived()
    await using _server = await spawnServer(fromSource, data, { flags: unthrottled })
    const refused = await douyin('restore', backup, '--data', data, '--force')
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('another douyin serves'),
    })
  })

  const damages: [string, (backup: string) => void, string][] = [
    ['no manifest', (backup) => rmSync(join(backup, 'manifest.json')), 'no finished backup'],
    [
      'a manifest of something else',
      (b) => writeFileSync(join(b, 'manifest.json'), '{}'),
      'not the',
    ],
    [
      'a database of a newer version',
      (b) => {
        const path = join(b, 'manifest.json')
        const manifest = JSON.parse(readFileSync(path, 'utf8'))
        manifest.database.format = 99
        writeFileSync(path, JSON.stringify(manifest))
      },
      'newer douyin',
    ],
    ['a changed database', (b) => appendFileSync(named(b, /\.db$/), 'x'), 'damaged or missing'],
    ['a changed list', (b) => appendFileSync(named(b, /sha256$/), 'x'), 'damaged or missing'],
    [
      'a changed video',
      (b) => {
        const file = join(b, 'videos', readdirSync(join(b, 'videos'))[0]!)
        const bytes = readFileSync(file)
        bytes[1000]! ^= 1
        rmSync(file)
        writeFileSync(file, bytes)
      },
      'damaged or missing: videos/',
    ],
    [
      'a lost cover',
      (b) => rmSync(named(join(b, 'covers'), /jpg$/)),
      'damaged or missing: covers/',
    ],
  ]
  const named = (folder: string, pattern: RegExp) =>
    join(folder, readdirSync(folder).find((name) => pattern.test(name))!)

  test('of a backup that is not what it was is refused before anything is written', async () => {
    const { backup } = await lived()
    for (const [name, damage, sentence] of damages) {
      const copy = place()
      await run(['cp', '-r', backup, copy])
      damage(copy)
      const target = place()
      const refused = await douyin('restore', copy, '--data', target)
      expect({ name, ...refused }).toMatchObject({ name, code: 1 })
      expect(refused.stderr).toContain(sentence)
      expect(existsSync(target)).toBe(false)
    }
  })
})
