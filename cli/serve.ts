import { writeSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { Command } from 'commander'
import type { Config } from '../src/config.ts'
import { allSettingOptions, examples } from './lib/options.ts'
import { note, print } from './lib/output.ts'
import { readConfig } from './lib/settings.ts'

/** How long requests may go on after a signal to stop. */
const shutdownMs = 10_000

/** `douyin serve`: the service, until Ctrl-C or SIGTERM. */
export function serveCommand(): Command {
  const command = new Command('serve')
    .description('run the service')
    .option('--demo', 'fill an empty data directory with demo data first')
    .addHelpText(
      'after',
      examples(
        'serve --demo',
        'serve --port 0 --host 127.0.0.1',
        'DOUYIN_DATA=/srv/douyin douyin serve --public-url https://video.example.com',
      ),
    )
    .action(async (options: { demo?: boolean }) => {
      const demo = options.demo || /^(1|true|yes)$/i.test(process.env.DOUYIN_DEMO ?? '')
      await serve(readConfig(command), demo)
    })
  for (const option of allSettingOptions()) command.addOption(option)
  return command
}

async function serve(config: Config, demo: boolean): Promise<void> {
  const { claimDirectory, isQuiet } = await import('../src/lib/lock.ts')
  const { clearScratch } = await import('../src/blob/disk.ts')
  const { createContext } = await import('../src/context.ts')
  const { createApp } = await import('../src/app.ts')
  const { createLogBuffer } = await import('../src/http/server/log-buffer.ts')
  const { watchHealth } = await import('../src/http/server/health.ts')
  const { listen } = await import('../src/http/server/listen.ts')
  const { resumeRemovals } = await import('../src/user/remove-user.ts')
  const { sweepHourly } = await import('../src/video/sweep.ts')

  const release = claimDirectory(config.data)
  const startedAt = Date.now()
  // `douyin seed` beside us puts files there whose rows are still to come.
  const alone = isQuiet(config.data, false)
  if (alone) clearScratch(config.data)
  let put = (text: string): unknown => process.stdout.write(text)
  const lines = createLogBuffer((text) => put(text))
  process.on('exit', () => {
    // A stream writes later, which would be too late now.
    put = (text) => writeSync(1, text)
    lines.flush()
  })
  await using ctx = await createContext(config, lines.write)
  // An error that nobody caught must not end the service for everybody.
  process.on('uncaughtException', (error) => ctx.log.failure('uncaught exception', error))
  process.on('unhandledRejection', (error) => ctx.log.failure('unhandled rejection', error))
  if (demo) await seedIfEmpty(ctx)
  await using app = createApp(ctx)
  app.transcoder.start()
  const server = listen(app, ctx)
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
  release()
}

async function seedIfEmpty(ctx: import('../src/context.ts').Context): Promise<void> {
  const users = await ctx.store.users.list({ sort: 'id', limit: 1, search: '' })
  if (users.length > 0) return
  const { seedDemo } = await import('./seed/run.ts')
  await seedDemo(ctx)
}

/** Prints the addresses of the service, also those for a phone in the same network. */
function announce({ host, data, publicUrl }: Config, { port, url }: { port: number; url: URL }) {
  const everywhere = host === '0.0.0.0' || host === '::'
  const shown = host.includes(':') ? `[${host}]` : host
  const local = `${url.protocol}//${everywhere ? '127.0.0.1' : shown}:${port}`
  print(`douyin is listening on ${local}`)
  for (const address of everywhere ? lanAddresses() : []) {
    print(`  in your network  ${url.protocol}//${address}:${port}`)
  }
  if (publicUrl !== null) print(`  for everyone     ${publicUrl}`)
  print(`  Swagger          ${local}/swagger`)
  print(`  data             ${data}`)
  print('Ctrl-C stops it.')
}

/** IPv4 addresses under which other devices reach this machine. */
function lanAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
}

/** One Ctrl-C may send two signals within this time: one by the terminal, one by `npm start`. */
const sameSignalMs = 500

/** Resolves with the first signal to stop; a second one ends the process at once. */
function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let first = Number.POSITIVE_INFINITY
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (performance.now() - first > sameSignalMs) process.exit(130)
        first = Math.min(first, performance.now())
        resolve(signal)
      })
    }
  })
}
