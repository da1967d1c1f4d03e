import { type App, createApp } from '../../src/app.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import { type Context, createContext } from '../../src/context.ts'
import { listen } from '../../src/http/server/listen.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** A real server in this process, on a free port of loopback and a data directory of its own. */
export interface TestServer extends AsyncDisposable {
  readonly url: string
  readonly ctx: Context
  readonly transcoder: App['transcoder']
  /** What the server wrote to its log. */
  readonly lines: readonly string[]
}

/** Boots a server; `flags` are settings as on the command line. */
export async function bootServer(
  flags: { readonly [K in keyof Config]?: string } = {},
): Promise<TestServer> {
  const directory = temporaryDirectory()
  const lines: string[] = []
  const config = loadConfig({
    host: '127.0.0.1',
    port: '0',
    data: directory.path,
    ffmpeg: 'embedded',
    ...flags,
  })
  const ctx = await createContext(config, (line) => lines.push(line))
  const app = createApp(ctx)
  const server = listen(app, ctx)
  return {
    url: `http://127.0.0.1:${server.port}`,
    ctx,
    transcoder: app.transcoder,
    lines,
    async [Symbol.asyncDispose]() {
      await server.stop(1000)
      await app[Symbol.asyncDispose]()
      await ctx[Symbol.asyncDispose]()
      directory.clean()
    },
  }
}
