import { join } from 'node:path'
import { brotliCompressSync, constants } from 'node:zlib'
import { iconPaths } from './icon-paths.ts'

/** A file of the client, as it is sent: nobody takes it uncompressed who can't undo gzip. */
export interface BundledFile {
  readonly type: string
  readonly gzip: Uint8Array<ArrayBuffer>
  readonly br: Uint8Array<ArrayBuffer>
}

/** The web client, ready to be served. Names have a hash of what is in them, the worker's has none. */
export interface Bundle {
  readonly script: string
  readonly style: string
  /** The styles of everything but the feed. */
  readonly moreStyle: string
  readonly worker: string
  /** The texts of the feed in each language. */
  readonly words: { readonly zh: string; readonly en: string }
  /** What `app/live.ts` consists of, beside what is loaded before it. */
  readonly live: readonly string[]
  /** What the script begins with, to be loaded beside it. */
  readonly chunks: readonly string[]
  readonly files: ReadonlyMap<string, BundledFile>
}

const web = join(import.meta.dir, '..')

/** A smaller piece of code goes with what needs it. */
const minChunkBytes = 2000

const naming = '[name]-[hash].[ext]'

/** What every build of the client has in common. */
const common = {
  target: 'browser',
  format: 'esm',
  minify: true,
  sourcemap: 'none',
  publicPath: '/assets/',
  jsx: { runtime: 'automatic', importSource: 'preact', development: false },
  define: { 'process.env.NODE_ENV': '"production"' },
} as const

/** How the scripts of the client are built. */
export const clientBuild = {
  ...common,
  entrypoints: [join(web, 'app/entry.ts')],
  splitting: true,
  plugins: [iconPaths],
  minChunkSize: minChunkBytes,
  // Nothing that is loaded later needs more than itself and what is there.
  modulePreload: false,
  naming: { entry: naming, chunk: naming, asset: naming },
}

/** Builds the client from its sources. @throws AggregateError with what is wrong in them */
export async function bundleClient(): Promise<Bundle> {
  const app = await Bun.build(clientBuild)
  const styles = await Bun.build({
    ...common,
    // For a browser it would write modern styles for those of 2020, which can't run the scripts.
    target: 'bun',
    entrypoints: [join(web, 'styles/main.css'), join(web, 'styles/more.css')],
    naming: { entry: naming },
  })
  const worker = await Bun.build({ ...common, entrypoints: [join(web, 'app/worker.ts')] })
  const files = new Map<string, BundledFile>()
  for (const output of [...app.outputs, ...styles.outputs, ...worker.outputs]) {
    const bytes = new Uint8Array(await output.arrayBuffer())
    files.set(output.path.replace(/^.*\//, ''), compressed(output.type, bytes))
  }
  const named = (pattern: RegExp) => [...files.keys()].find((name) => pattern.test(name)) ?? ''
  /** The scripts that one of them names. */
  const namedIn = async (name: string): Promise<string[]> => {
    const text = await app.outputs.find(({ path }) => path.endsWith(name))?.text()
    return [...(text ?? '').matchAll(/"[^"]*?([\w-]+\.js)"/g)].map(([, other = '']) => other)
  }
  const entry = app.outputs.find(({ kind, path }) => kind === 'entry-point' && path.endsWith('.js'))
  const script = entry?.path.replace(/^.*\//, '') ?? ''
  const chunks = await namedIn(script)
  const live = named(/^live-.*\.js$/)
  const shared = (await namedIn(live)).filter((name) => !chunks.includes(name))
  return {
    script,
    style: named(/^main-.*\.css$/),
    moreStyle: named(/^more-.*\.css$/),
    worker: named(/^worker\.js$/),
    words: { zh: named(/^zh-.*\.js$/), en: named(/^en-.*\.js$/) },
    live: [live, ...shared],
    chunks,
    files,
  }
}

function compressed(type: string, bytes: Uint8Array<ArrayBuffer>): BundledFile {
  const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY }
  return {
    type: type.includes('charset') ? type : `${type};charset=utf-8`,
    // The other library's best is 3 % larger.
    gzip: Bun.gzipSync(bytes, { library: 'libdeflate', level: 12 }),
    br: new Uint8Array(brotliCompressSync(bytes, { params })),
  }
}
