import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { run } from './spawn.ts'

const root = join(import.meta.dir, '../..')

/**
 * The path of the executable: that of DOUYIN_BIN, as CI has just built it, else `dist/douyin`, which
 * is built here if it is older than anything that it is made of.
 */
export async function executable(): Promise<string> {
  const given = process.env.DOUYIN_BIN
  if (given !== undefined) return resolve(given)
  const built = join(root, 'dist/douyin')
  if (!(await isFresh(built))) {
    const { code, stderr } = await run(['bun', 'run', 'build'], { cwd: root })
    if (code !== 0) throw new Error(stderr)
  }
  return built
}

async function isFresh(path: string): Promise<boolean> {
  const made = (await Bun.file(path).exists()) ? statSync(path).mtimeMs : 0
  const parts = [...new Bun.Glob('{src,cli}/**/*').scanSync(root), 'package.json', 'bun.lock']
  return parts.every((part) => statSync(join(root, part)).mtimeMs < made)
}
