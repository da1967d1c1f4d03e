import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './support/spawn.ts'

const root = join(import.meta.dir, '..')
const transpiler = new Bun.Transpiler({ loader: 'ts' })

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

const sources: Source[] = [...new Bun.Glob('{src,cli}/**/*.ts').scanSync(root)]
  .filter((path) => !path.endsWith('.d.ts'))
  .toSorted()
  .map((path) => {
    const text = readFileSync(join(root, path), 'utf8').replace(/^#!.*/, '')
    const specifiers = [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(
      (match) => match[1]!,
    )
    return {
      path,
      text,
      imports: transpiler.scanImports(text).map((one) => fromTop(path, one.path)),
      mentions: specifiers.map((specifier) => fromTop(path, specifier)),
    }
  })

const features = ['user', 'video', 'favorite', 'comment', 'relation', 'message']
const inFeature = new RegExp(`^src/(${features.join('|')})/`)
/** Modules without a room that stand below all others. */
const leaf = /^src\/(errors\.ts$|lib\/)/
const engines =
  /^src\/(store\/sqlite\/|blob\/disk\.ts|bus\/local\.ts|media\/(create|native|embedded))|^bun:sqlite$/

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

describe('imports run one way: cli → app → features → store, blob, bus, media → errors', () => {
  test('there are sources to look at, and their imports are seen', () => {
    expect(sources.length).toBeGreaterThan(80)
    const app = sources.find(({ path }) => path === 'src/app.ts')!
    expect(app.imports).toContain('src/user/routes.ts')
    expect(app.mentions).toContain('src/context.ts')
  })

  test('nothing in src knows the command line', () => {
    expect(broken(matches(/^src\//), matches(/^cli\//))).toEqual([])
  })

  test('a feature knows the ports, never what stands behind them', () => {
    expect(broken(matches(inFeature), matches(engines))).toEqual([])
  })

  test('a feature never imports the routes of another, nor the app', () => {
    const foreignRoutes = (imported: string, path: string) =>
      imported === 'src/app.ts' ||
      (imported.endsWith('/routes.ts') && dirname(imported) !== dirname(path))
    expect(broken(matches(inFeature), foreignRoutes)).toEqual([])
  })

  test('what the routes share knows no feature', () => {
    expect(broken(matches(/^src\/http\//), matches(inFeature))).toEqual([])
    expect(broken(matches(/^src\/http\//), matches(engines))).toEqual([])
  })

  test('a port is types alone: it imports nothing that runs', () => {
    const port = matches(/^src\/(store\/\w+|bus\/bus|blob\/blob|media\/media)\.ts$/)
    expect(broken(port, () => true, 'imports')).toEqual([])
  })

  test('an engine knows its port and what everybody may, nothing of HTTP or of features', () => {
    const engine = matches(/^src\/(store|blob|bus|media)\//)
    const room = (path: string) => path.split('/').slice(0, 2).join('/')
    const foreign = (imported: string, path: string) =>
      imported === 'elysia' ||
      (imported.startsWith('src/') && room(imported) !== room(path) && !leaf.test(imported))
    expect(broken(engine, foreign)).toEqual([])
  })

  test('what everybody may know knows nothing but the errors', () => {
    expect(broken(matches(leaf), matches(/^src\/(?!errors\.ts$|lib\/)/))).toEqual([])
  })

  test('the engines are opened in one place for the server, in one for the commands', () => {
    const open = matches(/^src\/(store\/sqlite\/create|bus\/local|media\/create)\.ts$/)
    const openers = broken(matches(/./), open, 'imports').map((line) => line.split(' ')[0])
    expect([...new Set(openers)]).toEqual(['cli/open.ts', 'src/context.ts'])
  })

  test('SQLite is spoken to by its engine, and by the lock for the sake of its lock', () => {
    const users = broken(matches(/./), matches(/^bun:sqlite$/), 'imports')
    const outside = users.filter((line) => !line.startsWith('src/store/sqlite/'))
    expect(outside).toEqual(['src/lib/lock.ts -> bun:sqlite'])
  })

  test('no two modules need each other', () => {
    const graph = new Map(sources.map(({ path, imports }) => [path, imports]))
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
})

describe('files', () => {
  test('none is longer than a person reads in one go', () => {
    const long = sources
      .map(({ path, text }) => [path, text.split('\n').length - 1] as const)
      .filter(([, lines]) => lines > 300)
    expect(long).toEqual([])
  })

  test('the top holds what was agreed on, and whatever else there is begins with a dot', async () => {
    const { stdout } = await run(['git', 'ls-tree', '--name-only', 'HEAD'], { cwd: root })
    const names = stdout.split('\n').filter((name) => name !== '' && !name.startsWith('.'))
    if (names.length === 0) return
    const allowed = ['README.md', 'bun.lock', 'bunfig.toml', 'cli', 'data', 'package.json', 'src']
    allowed.push('test', 'tsconfig.json')
    expect(names.filter((name) => !allowed.includes(name))).toEqual([])
  })

  test('every feature has the two files that all have, and no folder is unknown', () => {
    const paths = new Set(sources.map(({ path }) => path))
    for (const feature of features) {
      expect(paths.has(`src/${feature}/routes.ts`), feature).toBe(true)
      expect(paths.has(`src/${feature}/model.ts`), feature).toBe(true)
    }
    const folders = sources
      .filter(({ path }) => /^src\/[^/]+\//.test(path))
      .map(({ path }) => path.split('/')[1]!)
    expect([...new Set(folders)].toSorted()).toEqual(
      [...features, 'blob', 'bus', 'http', 'lib', 'media', 'store'].toSorted(),
    )
  })
})

// A module that opens something when imported does so in every command and every test.
test('importing every module opens nothing, starts nothing and writes nothing', async () => {
  // But for the entries of processes and workers, which live by being run.
  const entry = /^cli\/main\.ts$|^src\/media\/embedded\/(main|worker|core)\.ts$|\.worker\.ts$/
  const modules = sources.map(({ path }) => path).filter((path) => !entry.test(path))
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
}, 30_000)
