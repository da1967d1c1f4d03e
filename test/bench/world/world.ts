import { Database } from 'bun:sqlite'
import { constants, cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { say } from '../report/say.ts'

/** How large a world is. */
export interface Size {
  readonly users: number
  readonly videos: number
  readonly likes: number
  readonly follows: number
  readonly comments: number
  readonly messages: number
}

export const standard: Size = {
  users: 10_000,
  videos: 100_000,
  likes: 2_000_000,
  follows: 500_000,
  comments: 300_000,
  messages: 200_000,
}

/** Ten times as much of everything that grows, and a user whom nearly everybody follows. */
export const large: Size = {
  users: 100_000,
  videos: 1_000_000,
  likes: 4_000_000,
  follows: 2_000_000,
  comments: 1_000_000,
  messages: 500_000,
}

export const tiny: Size = {
  users: 150,
  videos: 400,
  likes: 6_000,
  follows: 6_000,
  comments: 3_000,
  messages: 2_000,
}

const root = join(tmpdir(), 'douyin-bench')

/**
 * The directory of a seeded world: made once, kept for later runs, never served itself.
 * @param version what tells worlds of different executables apart
 */
export async function seededWorld(
  binary: string,
  size: Size,
  version: string,
  finish: (directory: string) => Promise<void> = async () => {},
): Promise<string> {
  const directory = join(root, `world-${Object.values(size).join('-')}-${version}`)
  if (existsSync(directory)) return directory
  say(`seeding ${size.users.toLocaleString('en')} users and what they did, once …`)
  const unfinished = `${directory}.${process.pid}`
  const amounts = Object.entries(size).flatMap(([name, amount]) => [`--${name}`, String(amount)])
  const child = Bun.spawn([binary, 'seed', ...amounts, '--seed', '1', '--data', unfinished], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const complaints = await new Response(child.stderr).text()
  if ((await child.exited) !== 0) {
    rmSync(unfinished, { recursive: true, force: true })
    throw new Error(`douyin seed failed: ${complaints.slice(-2000)}`)
  }
  await finish(unfinished)
  renameSync(unfinished, directory)
  return directory
}

/** A copy that a run may write to, on the disk before anything is measured. */
export async function copyOfWorld(directory: string): Promise<string> {
  mkdirSync(root, { recursive: true })
  removeForgotten()
  const copy = join(root, `run-${process.pid}-${Bun.nanoseconds()}`)
  cpSync(directory, copy, { recursive: true, mode: constants.COPYFILE_FICLONE })
  const file = await open(join(copy, 'douyin.db'))
  await file.sync()
  await file.close()
  return copy
}

/** Removes copies of runs that were killed. */
function removeForgotten(): void {
  for (const name of readdirSync(root)) {
    const pid = Number(/^run-(\d+)-/.exec(name)?.[1])
    if (pid && !isAlive(pid)) removeWorld(join(root, name))
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

export const removeWorld = (copy: string): void => rmSync(copy, { recursive: true, force: true })

/** The database of a directory, opened as the server opens it. */
export function openWorld(directory: string): Database {
  const database = new Database(join(directory, 'douyin.db'), { strict: true })
  database.run('PRAGMA busy_timeout = 10000')
  database.run('PRAGMA synchronous = FULL')
  database.run('PRAGMA cache_size = -32000')
  return database
}

/** A world of another schema, or whose file is made in another way, is another world. */
export async function schemaVersion(): Promise<string> {
  const store = join(import.meta.dir, '../../../src/store/sqlite')
  const hash = new Bun.CryptoHasher('sha256')
  const migrations = readdirSync(join(store, 'migrations')).filter((name) => name.endsWith('.sql'))
  for (const name of ['engine/open.ts', ...migrations.sort().map((name) => `migrations/${name}`)]) {
    hash.update(await Bun.file(join(store, name)).bytes())
  }
  return hash.digest('hex').slice(0, 8)
}
