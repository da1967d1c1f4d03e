import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { Failure } from '../lib/failure.ts'
import { readManifest } from './manifest.ts'

/** What may lie in a directory that counts as empty. */
const harmless = new Set(['.gitignore', 'lost+found'])

/**
 * @throws Failure unless a backup may be written to the directory: what is there may be replaced only
 * if it is an earlier backup, finished or cut short
 */
export function assertBackupPlace(target: string): void {
  if (!existsSync(target)) return
  if (!statSync(target).isDirectory()) throw new Failure(`${target} is no directory.`)
  const names = readdirSync(target).filter((name) => !harmless.has(name))
  // The lock is made before anything else, and stays.
  const isBackup = names.includes('backup.lock') || readManifest(target) !== null
  if (names.length === 0 || (isBackup && !names.includes('douyin.db'))) return
  throw new Failure(`${target} holds something else; a backup needs a directory of its own.`)
}

/** @throws Failure if a backup and a data directory are the same, or one lies in the other */
export function assertApart(backup: string, data: string): void {
  const [one, other] = [realPath(backup), realPath(data)]
  if (one === other) {
    throw new Failure(`${backup} is the data directory; a backup needs a directory of its own.`)
  }
  const isInside = isWithin(one, other)
  if (!isInside && !isWithin(other, one)) return
  const [inner, outer] = isInside ? [backup, data] : [data, backup]
  throw new Failure(`${inner} lies in ${outer}; a backup and a data directory are kept apart.`)
}

const isWithin = (path: string, directory: string): boolean =>
  path.startsWith(directory.endsWith(sep) ? directory : directory + sep)

/** A path without symbolic links, also if its end is still to be made. */
function realPath(given: string): string {
  const path = resolve(given)
  if (existsSync(path)) return realpathSync(path)
  return join(realPath(dirname(path)), basename(path))
}
