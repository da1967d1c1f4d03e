import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { bitmap } from '../../src/lib/bitmap.ts'
import { call, register } from '../support/api.ts'
import { douyin, inventory, livedDirectories } from '../support/cli/lived.ts'
import { ailments, wrongs } from '../support/crash/verify.ts'
import { createLedger, settle, unthrottled, write } from '../support/crash/writers.ts'
import { clip } from '../support/media/clips.ts'
import { fromSource, run, spawnServer } from '../support/spawn.ts'
import { until } from '../support/until.ts'

setDefaultTimeout(120_000)

const { place, lived } = livedDirectories()

describe('backup', () => {
  // Or everybody who chose a face would come back without one.
  test('has the pictures of profiles, and restores them', async () => {
    const [data, backup, restored] = [place(), place(), place()]
    mkdirSync(data)
    const picture = await new Bun.Image(bitmap(9, 9, (row) => row.fill(90))).png().bytes()
    let path = ''
    {
      await using server = await spawnServer(fromSource, data, { flags: unthrottled })
      const { token } = await register(server)
      const form = new FormData()
      form.append('avatar', new Blob([picture as Uint8Array<ArrayBuffer>]), 'a.png')
      const headers = { authorization: `Bearer ${token}` }
      const init = { method: 'POST', body: form, headers }
      const { user } = await (await fetch(`${server.url}/douyin/user/update/`, init)).json()
      path = new URL(user.avatar).pathname
      await server.end('SIGTERM')
    }
    expect(path).toStartWith('/pictures/')
    expect(await douyin('backup', backup, '--data', data)).toMatchObject({ code: 0 })
    expect(await douyin('restore', backup, '--data', restored)).toMatchObject({ code: 0 })
    expect(readFileSync(join(restored, path))).toEqual(readFileSync(join(data, path)))
  })

  test('of a busy server has all that was acknowledged before it began, and shows the same', async () => {
    const [data, backup, restored] = [place(), place(), place()]
    mkdirSync(data)
    const common = readFileSync(await clip('h264'))
    const ledger = createLedger()
    await using server = await spawnServer(fromSource, data, { flags: unthrottled })
    await settle(server, ledger, 8, common)
    const writing = write(server, ledger, { writers: 8, common })
    // Enough that each kind of write is among what the backup must have.
    await until(() => ledger.entries.filter(({ heard }) => heard !== null).length > 200)
    let before = 0
    // The second run finds most of it there, and things that changed meanwhile.
    for (let runs = 0; runs < 2; runs++) {
      before = performance.timeOrigin + performance.now()
      expect(await douyin('backup', backup, '--data', data)).toMatchObject({ code: 0 })
    }
    await writing.stop()
    expect(await douyin('restore', backup, '--data', restored)).toMatchObject({ code: 0 })
    expect(await ailments(restored, true)).toEqual([])
    // What was undone later may be there: of likes and follows only those who stayed are looked at.
    const done = ledger.entries.filter(({ deed }) => deed.kind !== 'like' && deed.kind !== 'follow')
    expect(wrongs(restored, done, before)).toEqual([])
    expect(ledger.wrong).toEqual([])

    // The names are the same, so whoever restores serves the same feed under the same addresses.
    const latest = place()
    await server.end('SIGTERM')
    expect(await douyin('backup', backup, '--data', data)).toMatchObject({ code: 0 })
    expect(await douyin('restore', backup, '--data', latest)).toMatchObject({ code: 0 })
    const feedOf = async (directory: string) => {
      await using one = await spawnServer(fromSource, directory, { flags: unthrottled })
      const answer = JSON.stringify(await call(one, 'GET', 'feed/')).replaceAll(one.url, '')
      const video = /"play_url":"([^"]+)"/.exec(answer)![1]!
      expect((await fetch(one.url + video)).status).toBe(200)
      return answer
    }
    expect(await feedOf(latest)).toBe(await feedOf(data))
    expect(wrongs(latest, ledger.entries)).toEqual([])
  })

  test('again changes only what changed, and takes up what was cut short', async () => {
    const { data, backup } = await lived()
    const media = (path: string) => inventory(path).filter((line) => /^.(videos|covers)/.test(line))
    const before = media(backup)
    // On one disk it is the same file; what never changes need not be there twice.
    expect(before).toEqual(media(data))
    rmSync(join(backup, before[0]!.split(' ')[0]!))
    writeFileSync(join(backup, 'videos', 'half.mp4.part'), 'half')
    writeFileSync(join(backup, 'douyin-1.db'), 'half')
    // As a backup of a version that let it lie.
    writeFileSync(join(backup, 'douyin-1.reserve'), 'half')
    expect(await douyin('backup', backup, '--data', data)).toMatchObject({ code: 0 })
    expect(media(backup)).toEqual(before)
    expect(readdirSync(backup).filter((name) => name.endsWith('.db'))).toHaveLength(1)
    expect(readdirSync(backup).filter((name) => name.endsWith('.reserve'))).toEqual([])
    // The list is one that other programs read too.
    const list = readdirSync(backup).find((name) => name.endsWith('.sha256'))!
    expect(await run(['sha256sum', '--quiet', '-c', list], { cwd: backup })).toMatchObject({
      code: 0,
    })
  })

  // The list kept the hash of the bytes before, and no restore took what the backup said was whole.
  test('again after a cover was drawn again can be restored, and has the new one', async () => {
    const { data, backup } = await lived()
    const restored = place()
    const cover = join('covers', readdirSync(join(data, 'covers'))[0]!)
    const drawn = readFileSync(join(data, cover))
    // As one that another version drew, which this one draws in other bytes.
    rmSync(join(data, cover))
    writeFileSync(join(data, cover), Buffer.concat([drawn, Buffer.from('before')]))
    expect(await douyin('backup', backup, '--data', data)).toMatchObject({ code: 0 })
    rmSync(join(data, cover))
    expect(await douyin('doctor', '--fix', '--data', data)).toMatchObject({ code: 0 })
    expect(await douyin('backup', backup, '--data', data)).toMatchObject({ code: 0 })
    expect(await douyin('restore', backup, '--data', restored)).toMatchObject({ code: 0 })
    expect(readFileSync(join(restored, cover))).toEqual(readFileSync(join(data, cover)))
  })

  test('a removed work is gone from the next one', async () => {
    const { data, backup } = await lived()
    const names = () => readdirSync(join(backup, 'videos')).length
    const had = names()
    const { stdout } = await douyin('videos', 'list', '--json', '--data', data)
    const newest = JSON.parse(stdout)[0].id
    expect(await douyin('videos', 'remove', String(newest), '--yes', '--data', data)).toMatchObject(
      {
        code: 0,
      },
    )
    expect(await douyin('backup', backup, '--data', data)).toMatchObject({ code: 0 })
    expect(names()).toBe(had - 1)
  })

  test('goes on where the first one was cut short', async () => {
    const { data, backup } = await lived()
    rmSync(join(backup, 'manifest.json'))
    expect(await douyin('backup', backup, '--data', data)).toMatchObject({ code: 0 })
    expect(await douyin('restore', backup, '--data', place())).toMatchObject({ code: 0 })
  })

  // What a backup doesn't name it removes: somebody's videos were gone without a word.
  describe('is refused, and touches nothing,', () => {
    const files = (path: string) =>
      inventory(path).filter((line) => !/\.lock |-shm |-wal /.test(line))
    const places: [string, (data: string) => string, RegExp][] = [
      [
        'where somebody keeps something',
        () => {
          const folder = place()
          mkdirSync(join(folder, 'videos', 'trip'), { recursive: true })
          writeFileSync(join(folder, 'videos', 'holiday.mp4'), 'x')
          return folder
        },
        /holds something else; a backup needs a directory of its own\.$/,
      ],
      ['in the data directory', (data) => data, /is the data directory/],
      ['within the data directory', (data) => join(data, 'backup'), / lies in .* kept apart/],
      ['around the data directory', (data) => join(data, '..'), / lies in .* kept apart/],
      [
        'behind a link to it',
        (data) => {
          const link = place()
          symlinkSync(data, link)
          return link
        },
        /is the data directory/,
      ],
      [
        'in the data directory of another service',
        (data) => {
          const other = place()
          cpSync(data, other, { recursive: true })
          return other
        },
        /holds something else/,
      ],
    ]
    test.each(places)('%s', async (_, prepare, sentence) => {
      const { data } = await lived()
      const target = prepare(data)
      const before = existsSync(target) ? files(target) : null
      const { code, stderr } = await douyin('backup', target, '--data', data)
      expect({ code, stderr: stderr.trim() }).toEqual({
        code: 1,
        stderr: expect.stringMatching(sentence),
      })
      expect(existsSync(target) ? files(target) : null).toEqual(before)
    })
  })

  test('of nothing, or to a place without a name, is refused with a sentence', async () => {
    const nothing = await douyin('backup', place(), '--data', place())
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('no database in') })
    for (const command of ['backup', 'restore']) {
      const { code, stderr } = await douyin(command, '')
      expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining('empty') })
    }
  })
})
