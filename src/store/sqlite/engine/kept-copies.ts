import { readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Removes the copies that are kept beside a database: that of before each migration, and logs that
 * were put aside. Whoever is to be removed may be in them.
 */
export function removeKeptCopies(path: string): void {
  const directory = dirname(path)
  const prefixes = [`${basename(path)}.before-migration`, `${basename(path)}-wal.foreign`]
  for (const name of readdirSync(directory)) {
    if (prefixes.some((prefix) => name.startsWith(prefix))) rmSync(join(directory, name))
  }
}
