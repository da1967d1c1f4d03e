import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Failure } from '../lib/failure.ts'

/** The files of a folder that are taken; a file that is named itself may have any name. */
const videoFile = /\.(mp4|m4v|mov|webm|mkv|avi|flv|wmv|mpe?g|m2?ts|3gp|ogv)$/i

/**
 * The files that the given names, folders and patterns stand for, each once, in the order given and by name within.
 * @throws Failure if one of them means none
 */
export async function findFiles(given: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>()
  for (const one of given) {
    const paths = await filesOf(one)
    if (paths.length === 0) throw new Failure(`There is no video at '${one}'.`)
    for (const path of paths.sort()) found.set(resolve(path), path)
  }
  return [...found.values()]
}

async function filesOf(given: string): Promise<string[]> {
  if (existsSync(given)) {
    return statSync(given).isDirectory() ? within(given, '**/*', videoFile) : [given]
  }
  const { root, pattern } = splitPattern(given)
  return pattern === '' || !existsSync(root) ? [] : within(root, pattern, /./)
}

async function within(root: string, pattern: string, wanted: RegExp): Promise<string[]> {
  const paths = await Array.fromAsync(new Bun.Glob(pattern).scan({ cwd: root, onlyFiles: true }))
  return paths.filter((path) => wanted.test(path)).map((path) => join(root, path))
}

/** `a/b/*.mp4` is the pattern `*.mp4` in `a/b`. */
function splitPattern(given: string): { root: string; pattern: string } {
  const magic = given.search(/[*?[{]/)
  const slash = given.lastIndexOf('/', magic)
  if (magic < 0) return { root: given, pattern: '' }
  return { root: given.slice(0, slash + 1) || '.', pattern: given.slice(slash + 1) }
}
