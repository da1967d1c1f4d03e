import { expect, setDefaultTimeout, test } from 'bun:test'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateApi } from 'swagger-typescript-api'
import { clip } from '../support/media/clips.ts'
import { bootServer } from '../support/server.ts'
import { run } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

setDefaultTimeout(120_000)

// A document that a validator takes may still be one of which no client can be made.
test('a client in TypeScript, generated from the document, walks from registering to chatting', async () => {
  await using server = await bootServer()
  const folder = temporaryDirectory()
  const document = await (await fetch(`${server.url}/swagger/json`)).json()
  await generateApi({ spec: document, output: folder.path, fileName: 'api.ts', silent: true })
  await copyFile(join(import.meta.dir, '../support/clients/walk.ts'), join(folder.path, 'walk.ts'))
  const root = join(import.meta.dir, '../..')
  await Bun.write(
    join(folder.path, 'tsconfig.json'),
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: {
        lib: ['ESNext', 'DOM'],
        typeRoots: [join(root, 'node_modules')],
        noUnusedLocals: false,
      },
      include: ['*.ts'],
    }),
  )
  const tsc = join(root, 'node_modules/.bin/tsc')
  const typed = await run([tsc, '-p', folder.path], { cwd: root })
  expect(typed.stdout).toBe('')
  const walk = ['bun', join(folder.path, 'walk.ts'), server.url, await clip('h264')]
  const { stdout, stderr } = await run(walk, { cwd: folder.path })
  expect(stdout, stderr).toBe('walked from registering to chatting\n')
  folder.clean()
})
