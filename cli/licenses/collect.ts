import { readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { BunPlugin } from 'bun'
import { clientBuild } from '../../src/web/server/bundle.ts'

/** A package of which something is in the executable. */
export interface PackedPackage {
  readonly name: string
  readonly version: string
  /** SPDX expression. */
  readonly license: string
  /** The license files of the package, one after the other. */
  readonly text: string
}

export const root = join(import.meta.dir, '../..')

/** The files from which the executable is built. Workers and what they load are files of their own. */
export const entrypoints = [
  'cli/main.ts',
  'src/media/embedded/child/worker.ts',
  'src/media/embedded/child/core.ts',
  'src/store/sqlite/commit/maintenance.worker.ts',
].map((path) => join(root, path))

/** For the build: puts the finished list in the place of `packed.ts`. */
export function packLicenses(packages: readonly PackedPackage[]): BunPlugin {
  const contents = `export const packedPackages = async () => ${JSON.stringify(packages)}`
  return {
    name: 'pack-licenses',
    setup(build) {
      build.onLoad({ filter: /cli\/licenses\/packed\.ts$/ }, () => ({ contents, loader: 'js' }))
    },
  }
}

/**
 * Every package of which the bundle takes a file, by name, with Bun itself first. Asks the bundler,
 * so that nothing packed is left out and nothing else is named.
 */
export async function collectPackages(): Promise<readonly PackedPackage[]> {
  const program = await Bun.build({ entrypoints, root, target: 'bun', metafile: true })
  // The web client is built by itself, and is in the executable as files.
  const client = await Bun.build({ ...clientBuild, metafile: true })
  const files = Map.groupBy(
    [program, client]
      .flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}))
      .filter((path) => path.includes('node_modules/')),
    (path) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? '',
  )
  const packages = [...files].map(([directory, paths]) => readPackage(resolve(directory), paths))
  return [readBun(), ...packages.sort((a, b) => (a.name < b.name ? -1 : 1))]
}

/** Licenses that a package has elsewhere than at its top, of what was linked into the file taken. */
const furtherLicenses: Record<string, readonly string[]> = { ogv: ['dist/COPYING-dav1d.txt'] }

function readPackage(directory: string, packed: readonly string[]): PackedPackage {
  const manifest = readManifest(directory)
  const { name, version, license } = manifest
  const notices = packed.map((path) => `${basename(path)}.LICENSE.txt`)
  const texts = readdirSync(directory)
    .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file) || notices.includes(file))
    .sort()
    .concat(furtherLicenses[name] ?? [])
    .map((file) => readFileSync(join(directory, file), 'utf8').trim())
  if (texts.length === 0) texts.push(standardText(manifest))
  const wasm = packed.find((path) => path.endsWith('ffmpeg-core.wasm'))
  if (wasm) texts.unshift(ffmpegParts(wasm))
  return { name, version, license, text: texts.join('\n\n') }
}

/** Texts of licenses by their SPDX expression. */
const standardTexts: Record<string, string> = {
  MIT: 'MIT.txt',
  'Apache-2.0': 'Apache-2.0.txt',
  'GPL-2.0-or-later': 'GPL-2.0.txt',
}

/** For a package without a license file: its copyright and the text of the license that it names. */
function standardText({ name, license, author, homepage }: Manifest): string {
  const holder = [author, homepage].filter(Boolean).join(', ')
  const file = standardTexts[license]
  if (!file) throw new Error(`${name} has no license file, and there is no text of ${license}`)
  const text = readFileSync(join(import.meta.dir, file), 'utf8').trim()
  return `Copyright (c) ${holder}\n\n${text}`
}

/** FFmpeg has the libraries that it was built with in it, and names them in its configuration. */
function ffmpegParts(wasm: string): string {
  const binary = readFileSync(wasm).toString('latin1')
  const [configuration = ''] = /--target-os=[^\0]*/.exec(binary) ?? []
  const parts = [...configuration.matchAll(/--enable-((?:lib|z)\w+)/g)].map((match) => match[1])
  return `FFmpeg, which contains ${parts.join(', ')}; with them it is under the GPL as a whole.`
}

/** The runtime. Its documentation lists its license and those of all libraries linked into it. */
function readBun(): PackedPackage {
  const { version, license } = readManifest(join(root, 'node_modules/bun'))
  const path = join(root, 'node_modules/bun-types/docs/project/license.mdx')
  const text = readFileSync(path, 'utf8').replace(/^---.*?---\s*/s, '')
  return { name: 'bun', version, license, text: text.trim() }
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license: string
  readonly author?: string
  readonly homepage?: string
}

const readManifest = (directory: string): Manifest =>
  JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
