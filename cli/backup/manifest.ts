import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatSize } from '../../src/lib/units.ts'
import { Failure } from '../lib/failure.ts'
import { plural } from '../lib/text.ts'

/** The contents of a backup. A directory without this file, `manifest.json`, is no backup (yet). */
export interface Manifest {
  /** Of this file. */
  readonly format: 1
  /** The version of the program, and when the database was copied, ISO 8601. */
  readonly program: string
  readonly taken: string
  /** `format` is that of the tables: a program that knows only an older one can't read them. */
  readonly database: Hashed & { readonly format: number }
  /** How many rows each table has. */
  readonly rows: Readonly<Record<string, number>>
  /** A list of the media, lines `SHA-256  name` as `sha256sum -c` reads them. */
  readonly files: Hashed & { readonly count: number; readonly bytes: number }
  /** Media that rows own and that were not in the data directory. */
  readonly missing: readonly string[]
}

/** A file of the backup; `sha256` in hex, `size` in bytes. */
export interface Hashed {
  readonly file: string
  readonly size: number
  readonly sha256: string
}

export const manifestName = 'manifest.json'

/** The manifest of a directory, null if it has none. @throws Failure if it can't be understood */
export function readManifest(directory: string): Manifest | null {
  const path = join(directory, manifestName)
  const text = readIfThere(path)
  if (text === null) return null
  try {
    const manifest = JSON.parse(text)
    if (manifest.format === 1 && manifest.database.file && manifest.files.file) return manifest
  } catch {
    // No JSON, or without these: said below.
  }
  throw new Failure(`${path} is not the manifest of a backup that this version can read.`)
}

/** Null only if there is no such file, not if this user may not read it. */
function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTDIR'].includes(code)) return null
    throw error
  }
}

/** The hashes of media by their names, as a list has them; a line that is none is passed over. */
export function readList(path: string): Map<string, string> {
  if (!existsSync(path)) return new Map()
  const lines = readFileSync(path, 'utf8').matchAll(/^([0-9a-f]{64}) {2}(\S+)$/gm)
  return new Map(Array.from(lines, ([, hash = '', name = '']) => [name, hash]))
}

/** `2 users, 3 videos, 1 message, 4 MB of media`. */
export function contentsOf({ rows, files }: Manifest): string {
  const { users = 0, videos = 0, messages = 0 } = rows
  const amounts = [plural(users, 'user'), plural(videos, 'video'), plural(messages, 'message')]
  return `${amounts.join(', ')}, ${formatSize(files.bytes)} of media`
}
