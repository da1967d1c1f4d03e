import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { executable } from './executable.ts'
import { run, spawnServer } from './spawn.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** The source tree. */
export const root = join(import.meta.dir, '../..')

/** The executable, where nothing is beside it; without the source tree, where that can be hidden. */
export async function loneExecutable() {
  const { path: place, clean } = temporaryDirectory()
  const binary = join(place, 'douyin')
  copyFileSync(await executable(), binary)
  const { code } = await run(['unshare', '-m', 'mount', '-t', 'tmpfs', 'none', root]).catch(() => ({
    code: 1,
  }))
  // What is loaded from the tree by mistake is not there, as on any other machine.
  const hide = `mount -t tmpfs none '${root}' && exec "$0" "$@"`
  const program = code === 0 ? ['unshare', '-m', 'sh', '-c', hide, binary] : [binary]

  let folders = 0
  /** A new directory: an empty one to work in, or for data. */
  const folder = (): string => {
    const path = join(place, `dir-${++folders}`)
    mkdirSync(path)
    return path
  }
  return {
    program,
    folder,
    clean,
    start: (data: string, options: Parameters<typeof spawnServer>[2] = {}) =>
      spawnServer(program, data, { cwd: folder(), ...options }),
    /** Runs a command in an empty directory. */
    run: (...args: string[]) => run([...program, ...args], { cwd: folder() }),
  }
}
