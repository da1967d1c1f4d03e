import { afterAll, expect, setDefaultTimeout, test } from 'bun:test'
import { entrypoints } from '../../cli/licenses/collect.ts'
import manifest from '../../package.json' with { type: 'json' }
import { clientBuild } from '../../src/web/server/bundle.ts'
import { loneExecutable, root } from '../support/lone-executable.ts'

setDefaultTimeout(60_000)

const { run, clean } = await loneExecutable()
afterAll(clean)

// Would catch a package that is packed and not named, and a list that only the sources can make.
test('licenses names every package that is packed, each with its text', async () => {
  const { stdout, stderr, code } = await run('licenses', '--json')
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).not.toContain(root)
  const listed: { name: string; version: string; license: string; text: string }[] =
    JSON.parse(stdout)
  for (const { name, text, license } of listed) {
    expect(name).not.toBeEmpty()
    expect(license, name).toMatch(/^[A-Z]/)
    expect(text, name).toMatch(/copyright|licensed|public domain/i)
    // Of a text in JSON nothing is above.
    expect(text, name).not.toContain('See above')
  }
  expect(listed[0]).toMatchObject({ name: 'douyin', license: manifest.license })
  expect(listed[0]!.text).toContain('GNU GENERAL PUBLIC LICENSE\n                       Version 2')
  // What is packed, from a source that the list is not made of: the map of the sources. What is
  // taken as a file has none.
  const built = await Bun.build({ entrypoints, root, target: 'bun', sourcemap: 'external' })
  const client = await Bun.build({ ...clientBuild, sourcemap: 'external' })
  const maps = await Promise.all(
    [...built.outputs, ...client.outputs]
      .filter(({ kind }) => kind === 'sourcemap')
      .map((map) => map.json()),
  )
  const packed = maps
    .flatMap((map): string[] => map.sources)
    .flatMap((path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? [])
  const files = ['@ffmpeg/core', 'ogv', 'swagger-ui-dist']
  expect(packed).toContain('commander')
  expect(new Set(listed.map(({ name }) => name))).toEqual(
    new Set(['douyin', 'bun', ...packed, ...files]),
  )
  // Of what was linked into the one file that is taken of it.
  const ogv = listed.find(({ name }) => name === 'ogv')
  expect(ogv?.text).toContain('VideoLAN and dav1d authors')
  const text = await run('licenses')
  for (const { name, version, text: whole } of listed) {
    expect(text.stdout).toContain(`${name} ${version}`)
    expect(text.stdout).toContain(whole.trim())
  }
})
