import { afterAll, expect } from 'bun:test'
import { cpSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createLedger, publish, settle, unthrottled, write } from '../crash/writers.ts'
import { clip } from '../media/clips.ts'
import { fromSource, run, spawnServer } from '../spawn.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { freshClip } from '../upload.ts'

/** Runs the command from the sources. */
export const douyin = (...parameters: string[]) => run([...fromSource, ...parameters])

/** Data directories and backups for the tests of a file, removed after the last of them. */
export function livedDirectories() {
  const scratch = temporaryDirectory()
  afterAll(scratch.clean)
  let places = 0
  /** A path at which there is nothing yet. */
  const place = () => join(scratch.path, `place-${++places}`)
  const world = makeWorld(place())
  /** A data directory that some people have lived in, and a backup of it. */
  const lived = async () => {
    const [data, backup] = [place(), place()]
    cpSync(await world, data, { recursive: true })
    expect(await douyin('backup', backup, '--data', data)).toMatchObject({ code: 0 })
    return { data, backup }
  }
  return { place, lived }
}

/** Every file of a directory with its inode and size. */
export const inventory = (path: string) =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const file = join(entry.parentPath, entry.name)
      return `${file.slice(path.length)} ${statSync(file).ino} ${statSync(file).size}`
    })
    .toSorted()

/** Lets some people live in a new data directory. */
async function makeWorld(data: string): Promise<string> {
  mkdirSync(data)
  const common = readFileSync(await clip('h264'))
  const ledger = createLedger()
  await using server = await spawnServer(fromSource, data, { flags: unthrottled })
  await settle(server, ledger, 3, common)
  await write(server, ledger, { writers: 3, common, deeds: 10 }).done
  await publish(server, ledger, ledger.people[0]!, await freshClip())
  await server.end('SIGTERM')
  return data
}
