import { chmodSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** For whoever runs the program alone: there are hashes of passwords and conversations. */
const fileMode = 0o600
const folderMode = 0o700

/** Permissions that nothing made by this process gets. To be set before anything is made. */
export const othersMask = 0o077

/** How the names of everything begin that this program puts into a data directory or a backup. */
const ours =
  /^(?:douyin[.-]|manifest\.json|files-\d|(?:serve|files|backup)\.lock|(?:videos|covers|sources|pictures|tmp)$)/

/** What may lie beside it without being anybody else's. */
const harmless = new Set(['.gitignore', 'lost+found'])

/**
 * Takes the permissions of others from what earlier versions, or a restore by hand, left in a data
 * directory or a backup; and from the directory itself, unless something else is in it too. What
 * belongs to another user of the system stays as it is.
 */
export function tighten(directory: string): void {
  const names = readdirSync(directory)
  for (const name of names) if (ours.test(name)) tightenOne(join(directory, name))
  if (names.every((name) => ours.test(name) || harmless.has(name))) {
    restrict(directory, folderMode)
  }
}

function tightenOne(path: string): void {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (found?.isFile()) restrict(path, fileMode)
  // Nobody gets at what is in a folder that is closed to others.
  if (!found?.isDirectory() || (found.mode & othersMask) === 0) return
  for (const name of readdirSync(path)) tightenOne(join(path, name))
  restrict(path, folderMode)
}

function restrict(path: string, mode: number): void {
  try {
    if ((lstatSync(path).mode & othersMask) !== 0) chmodSync(path, mode)
  } catch {
    // It went meanwhile, or is not ours.
  }
}
