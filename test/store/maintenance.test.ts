import { Database } from 'bun:sqlite'
import { afterEach, expect, test } from 'bun:test'
import { join } from 'node:path'
import { createMaintenance, rewriteFile } from '../../src/store/sqlite/commit/maintenance.ts'
import { createSqliteStore } from '../../src/store/sqlite/engine/create.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const { Worker } = globalThis
afterEach(() => {
  globalThis.Worker = Worker
})

/** A thread that the system doesn't start: it says so once, and never replies. */
class Unstarted extends EventTarget {
  onerror: ((event: { message: string }) => void) | null = null
  ref() {}
  unref() {}
  terminate() {}
  postMessage() {
    setTimeout(() => {
      this.onerror?.({ message: 'no more threads' })
      this.onerror = null
    })
  }
}

// A server waits for this when it stops, and a removal when it fails.
test('a thread that could not be started is not waited for', async () => {
  globalThis.Worker = Unstarted as never
  const maintenance = createMaintenance('/nowhere/douyin.db')
  const failed = await maintenance.run('checkpoint').catch((error: Error) => error.message)
  expect(failed).toBe('no more threads')
  const closed = maintenance.close().then(() => 'closed')
  expect(await Promise.race([closed, Bun.sleep(500).then(() => 'waits')])).toBe('closed')
})

// Whoever closes the database next would do so below a thread that is still at it.
test('closing waits for the task that runs, and that ends', async () => {
  const { path: directory, clean } = temporaryDirectory()
  const path = join(directory, 'douyin.db')
  await createSqliteStore(path).close()
  const maintenance = createMaintenance(path)
  const ended: string[] = []
  const rewritten = maintenance.run('rewrite').then(() => ended.push('rewritten'))
  await maintenance.close().then(() => ended.push('closed'))
  expect(ended).toEqual(['rewritten', 'closed'])
  await rewritten
  maintenance.end()
  clean()
})

// A program that has nothing else to do would end with status 0, and the removal with it.
test('a process lasts as long as the pages are written anew', async () => {
  const { path: directory, clean } = temporaryDirectory()
  const path = join(directory, 'douyin.db')
  await createSqliteStore(path).close()
  const maintenance = Bun.resolveSync(
    '../../src/store/sqlite/commit/maintenance.ts',
    import.meta.dir,
  )
  await Bun.write(
    join(directory, 'program.ts'),
    `import { rewriteFile } from ${JSON.stringify(maintenance)}
     rewriteFile(${JSON.stringify(path)}).then(() => console.log('rewritten'))`,
  )
  const program = Bun.spawn([process.execPath, join(directory, 'program.ts')])
  expect(await program.stdout.text()).toBe('rewritten\n')
  clean()
})

// Beside busy writers SQLite itself gives up after five seconds, and a removal would fail by chance.
test('the pages are written anew as soon as nobody writes, however long that takes', async () => {
  const { path: directory, clean } = temporaryDirectory()
  const path = join(directory, 'douyin.db')
  await createSqliteStore(path).close()
  const writer = new Database(path)
  writer.run('BEGIN IMMEDIATE')
  const rewriting = rewriteFile(path).then(
    () => 'done',
    (error) => error.code,
  )
  await Bun.sleep(5_500)
  writer.run('ROLLBACK')
  expect(await rewriting).toBe('done')
  writer.close()
  clean()
}, 20_000)
