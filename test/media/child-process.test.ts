import { describe, expect, setDefaultTimeout, test } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createChildPool } from '../../src/media/embedded/child-pool.ts'
import {
  ChildLost,
  type MediaChild,
  startMediaChild,
} from '../../src/media/embedded/child-process.ts'
import { temporary } from '../support/media/clips.ts'
import { until } from '../support/until.ts'

// The mistakes that these catch: a promise of the protocol is rejected while nobody awaits it, which
// ends the server (and fails a run of `bun test`); a job is never told that its child is gone; a loss
// is told as another error, so that the job isn't tried again.

setDefaultTimeout(30_000)

/** Only there can a test see a death of which its own event loop has not heard. */
const linux = describe.skipIf(process.platform !== 'linux')

/** What a child does that stands for the real one: `die`, and `mark`, which the test can see. */
const scripts = {
  diesAtOnce: 'die()',
  diesAtTheJob: "process.on('message', die)",
  diesInItsReply: `
    process.on('message', () => {
      process.send({ kind: 'failed', message: 'x'.repeat(64 * 1024 * 1024) })
      die()
    })`,
  disconnects: 'process.disconnect(); mark(); linger()',
  disconnectsAtTheJob: "process.on('message', () => process.disconnect()); linger()",
  neverReplies: 'mark(); linger()',
  works: "process.on('message', () => process.send({ kind: 'done', value: {} }))",
}

linux('a job that is given before its child is lost', () => {
  test.each(Object.keys(scripts).slice(0, 5) as (keyof typeof scripts)[])('%s', async (name) => {
    const { child } = start(scripts[name])
    await expectLost(child, read(child))
  })

  // The parent then hears of everything in one turn of its event loop.
  test('diesAtOnce, all at once', async () => {
    const { child, isDead } = start(scripts.diesAtOnce)
    const job = read(child)
    while (!isDead()) Bun.sleepSync(1)
    await expectLost(child, job)
  })

  test.each(['neverReplies', 'works'] as const)('%s, killed by its parent', async (name) => {
    const { child } = start(scripts[name])
    const job = read(child)
    child.kill()
    await expectLost(child, job)
  })
})

linux('a job that is given after its child was lost', () => {
  // In one of these turns the parent hears that the channel is closed, in one that the child is dead.
  test.each([0, 1, 2, 3, 4, 8])('%i turns of the event loop after its death', async (turns) => {
    const { child, isDead } = start(scripts.diesAtOnce)
    while (!isDead()) Bun.sleepSync(1)
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    await expectLost(child, read(child))
  })

  test('killed at rest', async () => {
    const { child, isDead } = start(scripts.works)
    await read(child)
    process.kill(child.pid, 'SIGKILL')
    while (!isDead()) Bun.sleepSync(1)
    await expectLost(child, read(child))
  })

  test('disconnected before the job', async () => {
    const { child, isMarked } = start(scripts.disconnects)
    await until(isMarked)
    await expectLost(child, read(child))
  })
})

test('a job whose child is lost is given to one other', async () => {
  const ends = (...names: (keyof typeof scripts)[]) => {
    const lane = { size: 1, waiting: 0 }
    const lanes = { interactive: lane, background: lane }
    const pool = createChildPool(lanes, () => start(scripts[names.shift() ?? 'neverReplies']).child)
    return pool.run('interactive', read).finally(pool.close)
  }
  expect(await ends('diesAtTheJob', 'works')).toBeObject()
  expect(await ends('disconnects', 'works')).toBeObject()
  await expect(ends('diesAtOnce', 'diesAtTheJob')).rejects.toBeInstanceOf(ChildLost)
})

const read = (child: MediaChild) => child.readFileInfo('/nowhere', 20_000)

function start(script: string) {
  const folder = temporary()
  const [path, marker] = [join(folder, 'child.js'), join(folder, 'marker')]
  writeFileSync(
    path,
    `const mark = () => require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')
     const die = () => process.kill(process.pid, 'SIGKILL')
     const linger = () => setTimeout(() => {}, 20_000)
     ${script}`,
  )
  const child = startMediaChild(false, [process.execPath, path])
  return {
    child,
    isMarked: () => existsSync(marker),
    /** Without a turn of the event loop, in which the parent would hear of it. */
    isDead: () => /\) Z /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8')),
  }
}

/** The job is rejected with the loss, and nothing else is, even when the parent has heard it all. */
async function expectLost(child: MediaChild, job: Promise<unknown>): Promise<void> {
  const error = await job.catch((error) => error)
  await until(() => !existsSync(`/proc/${child.pid}`))
  await new Promise(setImmediate)
  expect(error).toBeInstanceOf(ChildLost)
  expect(error).toMatchObject({ reason: 'crash' })
  expect(child.alive).toBe(false)
}
