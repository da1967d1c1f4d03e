import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { copyFile, rename } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import manifest from '../../../package.json' with { type: 'json' }
import { isRunning } from '../is-running.ts'
import { type Matrix, type Recipe, recipes } from './clips-recipes.ts'
import { runEmbedded } from './run.ts'
import { joinClips } from './surgery.ts'

export type ClipName = keyof typeof recipes

/**
 * The path of a clip of this process, removed when it ends. The embedded ffmpeg makes each clip when
 * it is first asked for; later processes find it in the cache.
 */
export function clip(name: ClipName): Promise<string> {
  made[name] ??= make(name)
  return made[name]
}

/** A new empty folder of this process, removed when it ends. */
export const temporary = (): string => mkdtempSync(join(folder(), 'dir-'))

const made: Partial<Record<ClipName, Promise<string>>> = {}

async function make(name: ClipName): Promise<string> {
  const recipe: Recipe = recipes[name]
  const path = join(folder(), name)
  if ('bytes' in recipe) {
    await Bun.write(path, recipe.bytes)
    return path
  }
  if ('joined' in recipe) {
    const parts = await Promise.all(recipe.joined.map((part) => clip(part as ClipName)))
    await Bun.write(path, joinClips(parts.map((part) => readFileSync(part))))
    return path
  }
  const cache = cacheFolder()
  const cached = join(cache, name)
  const found = await copyFile(cached, path).then(
    () => true,
    () => false,
  )
  if (found) return path
  await encode(name, recipe, path)
  // Beside its place and renamed, since other processes may make the same clip.
  const draft = join(cache, `${process.pid}-${name}`)
  mkdirSync(cache, { recursive: true })
  await copyFile(path, draft)
  await rename(draft, cached)
  return path
}

/** Another one for every version of what the bytes of the clips come from. */
function cacheFolder(): string {
  const sources = [
    ...['clips.ts', 'clips-recipes.ts', 'clips-base64.ts', 'kinds.ts', 'surgery.ts'],
    'kinds-recipes.ts',
    'av1/clips.ts',
  ]
  const text = sources.map((name) => readFileSync(join(import.meta.dir, name), 'utf8')).join('')
  const version = Bun.hash(text + manifest.dependencies['@ffmpeg/core']).toString(36)
  return join(import.meta.dir, '../../../node_modules/.cache/douyin-clips', version)
}

async function encode(
  name: ClipName,
  recipe: Extract<Recipe, { args: readonly string[] }>,
  path: string,
): Promise<void> {
  const from = recipe.from && (await clip(recipe.from as ClipName))
  const result = await runEmbedded({
    name: 'ffmpeg',
    args: [
      ...['-v', 'error', '-y', '-bitexact', '-threads', '1'],
      ...(from ? ['-i', '/media/input'] : []),
      ...[...recipe.args, ...(from ? ['-map', '0'] : []), '/media/output'],
    ],
    files: {
      ...(from ? { input: { path: from, write: false } } : {}),
      output: { path, write: true },
    },
  })
  if (result.code !== 0) {
    throw new Error(`the clip ${name} can't be made: ${result.log.join('\n')}`)
  }
  if (recipe.matrix) writeMatrix(path, recipe.matrix)
  if (recipe.patch) writeFileSync(path, recipe.patch(readFileSync(path)))
}

/** Writes the matrix of the first track, which ffmpeg can't: it knows only rotations. */
function writeMatrix(path: string, matrix: Matrix): void {
  const bytes = readFileSync(path)
  const at = bytes.indexOf('tkhd') + 44
  matrix.forEach((value, i) => {
    bytes.writeInt32BE(value * 0x10000, at + [0, 4, 12, 16][i]!)
  })
  writeFileSync(path, bytes)
}

const prefix = 'douyin-clips-'
let place: string | undefined

/** The folder of this process. `bun test` doesn't always end it in order: the next run cleans up. */
function folder(): string {
  if (place) return place
  for (const name of readdirSync(tmpdir())) {
    const owner = Number(name.startsWith(prefix) ? name.slice(prefix.length) : Number.NaN)
    if (!(owner > 0) || isRunning(owner)) continue
    try {
      rmSync(join(tmpdir(), name), { recursive: true })
    } catch {
      // Another run cleans up too, or a killed one left something mounted there.
    }
  }
  const created = join(tmpdir(), `${prefix}${process.pid}`)
  mkdirSync(created, { recursive: true })
  process.on('exit', () => rmSync(created, { recursive: true, force: true }))
  place = created
  return created
}
