import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp } from '../../src/app.ts'
import { type Config, loadConfig } from '../../src/config.ts'
import { type Context, createContext } from '../../src/context.ts'
import { listen } from '../../src/http/server/listen.ts'

/** A directory of its own for one test; `clean` removes it. */
export function temporaryDirectory(): { path: string; clean: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'douyin-test-'))
  return { path, clean: () => rmSync(path, { recursive: true, force: true }) }
}

/** A real server in this process, on a free port of loopback and a data directory of its own. */
export interface TestServer extends AsyncDisposable {
  readonly url: string
  readonly ctx: Context
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
  const server = listen(createApp(ctx), ctx)
  return {
    url: `http://127.0.0.1:${server.port}`,
    ctx,
    lines,
    async [Symbol.asyncDispose]() {
      await server.stop(1000)
      await ctx[Symbol.asyncDispose]()
      directory.clean()
    },
  }
}

/** An answer of the API: the envelope and whatever fields come with it. */
export type Answer = { status_code: number; status_msg: string } & Record<string, any>

/** Calls an endpoint with its parameters in the query, as the app does, and reads the envelope. */
export async function call(
  server: { url: string },
  method: 'GET' | 'POST',
  path: string,
  params: Record<string, string | number> = {},
): Promise<Answer> {
  const query = new URLSearchParams(Object.entries(params).map(([k, v]) => [k, String(v)]))
  const response = await fetch(`${server.url}/douyin/${path}?${query}`, { method })
  return (await response.json()) as Answer
}

let registered = 0

/** Registers a user of a fresh name. */
export async function register(
  server: { url: string },
  name = `user-${++registered}`,
): Promise<{ id: number; name: string; token: string }> {
  const params = { username: name, password: 'secret-1' }
  const answer = await call(server, 'POST', 'user/register/', params)
  if (answer.status_code !== 0) throw new Error(answer.status_msg)
  return { id: answer.user_id, name, token: answer.token }
}
