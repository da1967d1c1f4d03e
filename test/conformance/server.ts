import { afterAll, beforeAll, expect, setDefaultTimeout } from 'bun:test'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { type Client, createClient } from './client.ts'

/**
 * True when these tests start the server themselves, so that it is fresh, in this time zone, and may get flags.
 * False with DOUYIN_URL, where a server of anybody's is tested as it is found.
 */
export const ownServer = process.env.DOUYIN_URL === undefined

/**
 * Declares a server for the tests of one file: started before the first, stopped after the last.
 *
 * Which one: DOUYIN_URL, a server that runs already; else DOUYIN_BIN, the path of a compiled binary; else the source
 * of this repository. A started server must also end well: exit code 0 on SIGTERM, which catches a server that
 * only ever dies of signals.
 * @param flags more flags of `serve`; a test that needs them must skip unless `ownServer`
 */
export function useServer(...flags: string[]): Client {
  setDefaultTimeout(120_000)
  let running: Running | undefined
  beforeAll(async () => {
    running = await start(flags)
  })
  afterAll(async () => {
    expect(await running?.stop()).toBe(0)
  })
  return createClient(() => {
    if (running === undefined) throw new Error('the server is used before it was started')
    return running.base
  })
}

interface Running {
  base: string
  /** Ends the server and answers its exit code. */
  stop(): Promise<number | null>
}

async function start(flags: string[]): Promise<Running> {
  const given = process.env.DOUYIN_URL
  if (given !== undefined) return { base: given.replace(/\/$/, ''), stop: async () => 0 }

  const data = await mkdtemp(join(tmpdir(), 'douyin-conformance-'))
  const child = Bun.spawn(
    [...program(), 'serve', '--host', '127.0.0.1', '--port', '0', '--data', data, ...flags],
    { cwd: data, env: environment(), stdin: 'ignore', stdout: 'pipe', stderr: 'pipe' },
  )
  const said: string[] = []
  const errors = drain(child.stderr, (text) => said.push(text))
  const base = await new Promise<string>((found, failed) => {
    let greeting = ''
    const output = drain(child.stdout, (text) => {
      said.push(text)
      greeting += text
      // What follows the port must have arrived too, or a port cut in two by the pipe would be taken for whole.
      const address = /http:\/\/127\.0\.0\.1:\d+(?=\D)/.exec(greeting)
      if (address !== null) found(address[0])
    })
    void Promise.all([output, errors]).then(() =>
      failed(new Error(`serve ended before it said where it listens:\n${said.join('')}`)),
    )
  })
  return {
    base,
    async stop() {
      child.kill('SIGTERM')
      const patience = setTimeout(() => child.kill('SIGKILL'), 30_000)
      await child.exited
      clearTimeout(patience)
      await rm(data, { recursive: true, force: true })
      if (child.exitCode !== 0) console.error(said.join('').slice(-4000))
      return child.exitCode
    },
  }
}

function program(): string[] {
  const binary = process.env.DOUYIN_BIN
  if (binary !== undefined) return [resolve(binary)]
  return [process.execPath, resolve(import.meta.dir, '../../cli/main.ts')]
}

/** The tester's own DOUYIN_* settings must not decide what is tested. */
function environment(): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('DOUYIN_')),
  )
}

/** Reads a pipe to its end, because a server whose log nobody reads stops when the pipe is full. */
async function drain(pipe: ReadableStream<Uint8Array>, hear: (text: string) => void) {
  const decoder = new TextDecoder()
  for await (const chunk of pipe) hear(decoder.decode(chunk, { stream: true }))
}
