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
  if (!existsSync(given)) return await scan(given, '.')
  if (!statSync(given).isDirectory()) return [given]
  const paths = await scan('**/*', given)
  return paths.filter((path) => videoFile.test(path)).map((path) => join(given, path))
}

/** The files of a pattern. Bun throws if a folder that begins it isn't there, but only for `/…`. */
const scan = (pattern: string, cwd: string): Promise<string[]> =>
  Array.fromAsync(new Bun.Glob(pattern).scan({ cwd, onlyFiles: true })).catch((error) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
