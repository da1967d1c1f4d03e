import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './support/spawn.ts'

// The rules of the map: which file may import which, and where a file may be. A list that is not
// empty names what breaks the rule.

const root = join(import.meta.dir, '..')
const transpilers = {
  ts: new Bun.Transpiler({ loader: 'ts' }),
  tsx: new Bun.Transpiler({ loader: 'tsx' }),
}

interface Source {
  /** As from the top of the repository. */
  readonly path: string
  readonly text: string
  /** What it imports when it runs, types aside: paths as from the top, or names of packages. */
  readonly imports: readonly string[]
  /** The same with the types. */
  readonly mentions: readonly string[]
}

const fromTop = (path: string, specifier: string) =>
  specifier.startsWith('.') ? join(dirname(path), specifier) : specifier

const sources: Source[] = [...new Bun.Glob('{src,cli}/**/*.{ts,tsx}').scanSync(root)]
  .filter((path) => !path.endsWith('.d.ts'))
  .toSorted()
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8').replace(/^#!.*/, '')
    const specifiers = [...text.matchAll(/(?:from|import|import\()\s*'([^']+)'/g)].map(
      (match) => match[1]!,
    )
    return {
      path,
      text,
      imports: transpilers[path.endsWith('x') ? 'tsx' : 'ts']
        .scanImports(text)
        .map((one) => fromTop(path, one.path)),
      mentions: specifiers.map((specifier) => fromTop(path, specifier)),
    }
  })

const features = [
  'user',
  'video',
  'favorite',
  'comment',
  'relation',
  'message',
  'notice',
  'report',
  'search',
]
const feature = new RegExp(`^src/(${features.join('|')})/`)
const port = /^src\/(store\/\w+|bus\/bus|blob\/blob|media\/media)\.ts$/
const engine =
  /^src\/(store\/(sqlite|postgres)\/|blob\/(disk|s3)\.ts|bus\/(local|redis)\.ts|media\/(?!media\.ts))|^bun:sqlite$|^drizzle-orm/

/** From the outermost to the innermost: a file may import from its own layer and from those below. */
const layers: readonly (readonly [name: string, files: RegExp])[] = [
  ['the command line', /^cli\//],
  ['the app and how it is served', /^src\/(app\.ts|http\/server\/listen\.ts)$/],
  ['the page of the web client', /^src\/web\/server\//],
  ['features', feature],
  ['what all features share', /^src\/(context\.ts|http\/)/],
  ['settings', /^src\/config\.ts$/],
  ['ports and engines', /^src\/(store|blob|bus|media)\//],
  ['what knows nothing of us', /^src\/(errors\.ts|lib\/)/],
]
/** What runs in a browser. It takes the types of models, and nothing else of the server. */
const client = /^src\/web\/(?!server\/)/
const layerOf = (path: string) => layers.findIndex(([, files]) => files.test(path))

/** Lines `who -> what` for every import that a rule forbids. */
const broken = (
  who: (path: string) => boolean,
  what: (imported: string, path: string) => boolean,
  which: 'imports' | 'mentions' = 'mentions',
): string[] =>
  sources
    .filter(({ path }) => who(path))
    .flatMap((source) =>
      source[which]
        .filter((imported) => what(imported, source.path))
        .map((imported) => `${source.path} -> ${imported}`),
    )

const matches = (pattern: RegExp) => (text: string) => pattern.test(text)

/** Every file of TypeScript in its folder, declarations too. */
const folders = Map.groupBy(new Bun.Glob('{src,cli}/**/*.{ts,tsx}').scanSync(root), dirname)

describe('imports run one way: cli → app → features → store, blob, bus, media → lib, errors', () => {
  test('there are sources to look at, and their imports are seen', () => {
    expect(sources.length).toBeGreaterThan(80)
    const app = sources.find(({ path }) => path === 'src/app.ts')!
    expect(app.imports).toContain('src/user/routes.ts')
    expect(app.mentions).toContain('src/context.ts')
  })

  test('every file is in a layer', () => {
    const astray = ({ path }: Source) => layerOf(path) === -1 && !client.test(path)
    expect(sources.filter(astray).map(({ path }) => path)).toEqual([])
  })

  test('a file imports from its own layer and from those below', () => {
    const above = (imported: string, path: string) =>
      layerOf(imported) !== -1 && layerOf(imported) < layerOf(path)
    expect(broken(() => true, above)).toEqual([])
  })

  test('no two files need each other, not even for a type', () => {
    const graph = new Map(sources.map(({ path, mentions }) => [path, mentions]))
    const done = new Set<string>()
    const cycles: string[] = []
    const walk = (path: string, way: readonly string[]) => {
      if (way.includes(path)) cycles.push([...way.slice(way.indexOf(path)), path].join(' -> '))
      if (way.includes(path) || done.has(path)) return
      for (const next of graph.get(path) ?? []) walk(next, [...way, path])
      done.add(path)
    }
    for (const path of graph.keys()) walk(path, [])
    expect(cycles).toEqual([])
  })

  test('client and server never import each other, types of models and frames aside', () => {
    const foreign = (imported: string) => imported.startsWith('src/') && !client.test(imported)
    expect(sources.filter(({ path }) => client.test(path)).length).toBeGreaterThan(40)
    expect(broken(matches(client), foreign, 'imports')).toEqual([])
    const types = /^src\/((\w+\/)+model|message\/socket\/frames)\.ts$/
    expect(
      broken(matches(client), (imported) => foreign(imported) && !types.test(imported)),
    ).toEqual([])
    expect(broken((path) => !client.test(path), matches(client))).toEqual([])
  })

  test('a feature knows the ports, never an engine', () => {
    expect(broken(matches(feature), matches(engine))).toEqual([])
  })

  test('a feature makes no path on disk and opens no file', () => {
    // It may remove the temporary file that it was handed.
    const disk = /^(node:)?(fs|path)$|^(node:)?fs\/promises$/
    const removes = /^import \{ rm \} from 'node:fs\/promises'$/m
    const users = sources.filter(
      ({ path, text, mentions }) =>
        feature.test(path) &&
        (/\bBun\.(file|write)\(/.test(text) ||
          mentions.some(
            (one) => disk.test(one) && !(one.endsWith('promises') && removes.test(text)),
          )),
    )
    expect(users.map(({ path }) => path)).toEqual([])
  })

  test('a feature never imports the routes of another', () => {
    const foreign = (imported: string, path: string) =>
      /\broutes\.ts$/.test(imported) && feature.test(imported) && room(imported) !== room(path)
    expect(broken(matches(feature), foreign)).toEqual([])
  })

  test('what the features share knows no engine', () => {
    expect(broken(matches(/^src\/http\//), matches(engine))).toEqual([])
  })

  test('a port is types alone: it imports nothing that runs', () => {
    expect(broken(matches(port), () => true, 'imports')).toEqual([])
  })

  test('an engine knows its port and what everybody may, nothing of HTTP', () => {
    const outside = (imported: string, path: string) =>
      /^(elysia|@elysiajs\/)/.test(imported) ||
      (imported.startsWith('src/') &&
        room(imported) !== room(path) &&
        !/^src\/(errors\.ts$|lib\/)/.test(imported))
    expect(broken(matches(/^src\/(store|blob|bus|media)\//), outside)).toEqual([])
  })

  test('the engines are opened in one place for the server, in one for the commands', () => {
    const open = matches(/^src\/(store\/sqlite\/engine\/create|bus\/local|media\/create)\.ts$/)
    const openers = broken(matches(/./), open, 'imports').map((line) => line.split(' ')[0])
    expect([...new Set(openers)]).toEqual(['cli/lib/open.ts', 'src/context.ts'])
  })

  test('SQLite is spoken to by its engine, and by the lock for the sake of its lock', () => {
    const users = broken(matches(/./), matches(/^bun:sqlite$/))
    const outside = users.filter((line) => !line.startsWith('src/store/sqlite/'))
    expect(outside).toEqual(['src/lib/lock.ts -> bun:sqlite'])
  })

  test('the caches serve any engine: no SQL in them, and nothing of an engine', () => {
    const caches = matches(/^src\/store\/cache\//)
    expect(sources.filter(({ path }) => caches(path))).not.toBeEmpty()
    expect(broken(caches, matches(engine))).toEqual([])
    const sql = /\b(SELECT\s.+\sFROM|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM)\b/
    expect(sources.filter(({ path, text }) => caches(path) && sql.test(text))).toEqual([])
  })
})

describe('files', () => {
  test('none is longer than a person reads in one go', () => {
    const long = sources
      .map(({ path, text }) => [path, text.split('\n').length - 1] as const)
      .filter(([, lines]) => lines > 300)
    expect(long).toEqual([])
  })

  test('a folder holds a dozen files of its own at most', () => {
    const full = [...folders].filter(([, files]) => files.length > 12)
    expect(full.map(([folder, files]) => `${folder}: ${files.length}`)).toEqual([])
  })

  test('every file of the embedded engine is in a room', () => {
    expect(folders.has('src/store/sqlite/engine')).toBe(true)
    expect(folders.get('src/store/sqlite') ?? []).toEqual([])
  })

  // In a copy without its history nobody knows which files belong to it.
  test.skipIf(Bun.which('git') === null || !existsSync(join(root, '.git')))(
    'the top holds what was agreed on, and whatever else there is begins with a dot',
    async () => {
      const { stdout } = await run(['git', 'ls-tree', '--name-only', 'HEAD'], { cwd: root })
      const names = stdout.split('\n').filter((name) => name !== '' && !name.startsWith('.'))
      const allowed = ['README.md', 'bun.lock', 'bunfig.toml', 'cli', 'data', 'package.json', 'src']
      allowed.push('test', 'tsconfig.json')
      expect(names).not.toBeEmpty()
      expect(names.filter((name) => !allowed.includes(name))).toEqual([])
    },
  )

  test('every feature has the two files that all have, and no folder is unknown', () => {
    const paths = new Set(sources.map(({ path }) => path))
    for (const feature of features) {
      expect(paths.has(`src/${feature}/routes.ts`), feature).toBe(true)
      expect(paths.has(`src/${feature}/model.ts`), feature).toBe(true)
    }
    const inSrc = sources
      .filter(({ path }) => /^src\/[^/]+\//.test(path))
      .map(({ path }) => path.split('/')[1]!)
    expect([...new Set(inSrc)].toSorted()).toEqual(
      [...features, 'blob', 'bus', 'http', 'lib', 'media', 'store', 'web'].toSorted(),
    )
  })

  test('a test is in the folder of what it tests, a helper in support or with its suite', () => {
    const rooms = new Set(
      sources.map(({ path }) => path.split('/')[path.startsWith('src/') ? 1 : 0]),
    )
    const suites = ['conformance', 'ports', 'bench', 'support']
    const astray = [...new Bun.Glob('**/*.ts').scanSync(import.meta.dir)].filter((path) => {
      const [folder, file] = path.split('/')
      if (suites.includes(folder!)) return folder === 'support' && path.endsWith('.test.ts')
      // The scripts beside the tests of the client that measure it, or look at it.
      if (/^web\/(targets|lighthouse|other-browsers|screenshots)\.ts$/.test(path)) return false
      return !path.endsWith('.test.ts') || (file && folder !== 'crash' && !rooms.has(folder!))
    })
    expect(astray.toSorted()).toEqual([])
  })

  test('the conformance tests know nothing of the sources: any server can be tested by them', () => {
    const suite = join(import.meta.dir, 'conformance')
    const knowing = [...new Bun.Glob('*.ts').scanSync(suite)].filter((path) =>
      /from '(\.\.\/)+(src|cli)\//.test(readFileSync(join(suite, path), 'utf8')),
    )
    expect(knowing).toEqual([])
  })
})

// A module that opens something when imported does so in every command and every test.
test('importing every module opens nothing, starts nothing and writes nothing', async () => {
  // But for the entries of processes and workers, which live by being run.
  const entry =
    /^cli\/main\.ts$|^src\/media\/embedded\/child\/(main|worker|core)\.ts$|\.worker\.ts$/
  const modules = sources
    .map(({ path }) => path)
    .filter((path) => !entry.test(path) && !client.test(path))
  const script = `
    const { readdirSync, readlinkSync } = await import('node:fs')
    const open = () => readdirSync('/proc/self/fd').flatMap((fd) => {
      try { return [readlinkSync('/proc/self/fd/' + fd)] } catch { return [] }
    }).filter((path) => !/node_modules|\\.ts$|^anon_inode|^\\/dev\\/|^\\/proc\\//.test(path))
    const before = open()
    for (const path of ${JSON.stringify(modules)}) await import(${JSON.stringify(`${root}/`)} + path)
    const added = open().filter((path) => !before.includes(path))
    console.log(JSON.stringify(added))`
  // It also ends by itself: no timer, no listener and no child keeps it.
  const { stdout, stderr, code } = await run(['bun', '-e', script], { cwd: import.meta.dir })
  expect({ stdout: stdout.trim(), stderr, code }).toEqual({ stdout: '[]', stderr: '', code: 0 })
})

/** The folder of src that a file is in. */
function room(path: string): string {
  return path.split('/').slice(0, 2).join('/')
}
