import { copyFileSync, existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { say } from '../report/say.ts'

const root = join(import.meta.dir, '../../..')

/**
 * Copies the executable into a directory of the run, so that what is measured stays the same
 * whoever builds meanwhile. It is built first if it is missing or older than its sources.
 */
export async function executable(directory: string): Promise<string> {
  const built = join(root, 'dist/douyin')
  if (!existsSync(built) || statSync(built).mtimeMs < (await lastChange())) {
    say('building dist/douyin …')
    const build = Bun.spawnSync([process.execPath, 'run', 'build'], { cwd: root })
    if (!build.success) throw new Error(`the build failed: ${build.stderr}${build.stdout}`)
  }
  const copy = join(directory, 'douyin')
  copyFileSync(built, copy)
  return copy
}

/** ms since 1970. */
async function lastChange(): Promise<number> {
  let last = 0
  for (const pattern of ['package.json', 'bun.lock', 'src/**', 'cli/**']) {
    for await (const path of new Bun.Glob(pattern).scan(root)) {
      last = Math.max(last, statSync(join(root, path)).mtimeMs)
    }
  }
  return last
}
