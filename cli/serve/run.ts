import { rmSync, writeSync } from 'node:fs'
import { createApp } from '../../src/app.ts'
import { clearScratch } from '../../src/blob/disk.ts'
import type { Config } from '../../src/config.ts'
import { type Context, createContext } from '../../src/context.ts'
import { watchHealth } from '../../src/http/server/health.ts'
import { listen } from '../../src/http/server/listen.ts'
import { createLogBuffer } from '../../src/http/server/log-buffer.ts'
import { claimDirectory, isQuiet } from '../../src/lib/lock.ts'
import { resumeRemovals } from '../../src/user/remove-user.ts'
import { sweepHourly } from '../../src/video/sweep.ts'
import { makeDataDirectory } from '../lib/data-directory.ts'
import { note } from '../lib/output.ts'
import { announce } from './announce.ts'
import { claimPort } from './port.ts'
import { stopSignal } from './signal.ts'

/** How long requests may go on after a signal to stop. */
const shutdownMs = 10_000

/**
 * Runs the service until a signal. A start that fails leaves nothing behind: the port is claimed
 * first, and a data directory that was made for it goes again.
 */
export async function serve(config: Config, demo: boolean): Promise<void> {
  let isServing = false
  let made: string | undefined
  try {
    const releasePort = claimPort(config)
    try {
      made = makeDataDirectory(config.data)
      await run(config, demo, () => {
        releasePort()
        isServing = true
      })
    } finally {
      releasePort()
    }
  } catch (error) {
    if (made !== undefined && !isServing) rmSync(made, { recursive: true, force: true })
    throw error
  }
}

/** @param ready is called when the service takes the port over */
async function run(config: Config, demo: boolean, ready: () => void): Promise<void> {
  const release = claimDirectory(config.data)
  try {
    const startedAt = Date.now()
    // `douyin seed` beside us puts files there whose rows are still to come.
    const alone = isQuiet(config.data, false)
    if (alone) clearScratch(config.data)
    await using ctx = await createContext(config, openLog())
    // An error that nobody caught must not end the service for everybody.
    process.on('uncaughtException', (error) => ctx.log.failure('uncaught exception', error))
    process.on('unhandledRejection', (error) => ctx.log.failure('unhandled rejection', error))
    if (demo) await seedIfEmpty(ctx)
    await using app = createApp(ctx)
    ready()
    const server = listen(app, ctx)
    app.transcoder.start()
    const stopSweeping = sweepHourly(ctx, alone ? startedAt : undefined)
    const stopRemoving = resumeRemovals(ctx)
    const stopWatching = watchHealth(ctx)
    announce(config, server)
    // Without a certificate the signal keeps its meaning: the terminal was closed.
    if (config.tlsCert !== null) process.on('SIGHUP', server.renew)

    const signal = await stopSignal()
    note(`${signal}: finishing open requests …`)
    stopSweeping()
    stopWatching()
    await stopRemoving()
    await server.stop(shutdownMs)
  } finally {
    release()
  }
}

/** What takes the lines of the log, and writes those that are left when the process ends. */
function openLog() {
  let put = (text: string): unknown => process.stdout.write(text)
  const lines = createLogBuffer((text) => put(text))
  process.on('exit', () => {
    // A stream writes later, which would be too late now.
    put = (text) => writeSync(1, text)
    lines.flush()
  })
  return lines.write
}

async function seedIfEmpty(ctx: Context): Promise<void> {
  const users = await ctx.store.users.list({ sort: 'id', limit: 1, search: '' })
  if (users.length > 0) return
  const { seedDemo } = await import('../seed/run.ts')
  await seedDemo(ctx)
}
