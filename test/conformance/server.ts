import { afterAll, beforeAll, expect, setDefaultTimeout } from 'bun:test'
import { resolve } from 'node:path'
import { fromSource, spawnServer } from '../support/spawn.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
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
  /** Ends the server and returns its exit code. */
  stop(): Promise<number>
}

async function start(flags: string[]): Promise<Running> {
  const given = process.env.DOUYIN_URL
  if (given !== undefined) return { base: given.replace(/\/$/, ''), stop: async () => 0 }

  const { path, clean } = temporaryDirectory()
  // In the time zone of these tests, since a comment has a day and no time zone.
  const env = process.env.TZ === undefined ? {} : { TZ: process.env.TZ }
  const server = await spawnServer(program(), path, { flags, env })
  return {
    base: server.url,
    async stop() {
      const code = await server.end('SIGTERM')
      clean()
      if (code !== 0) console.error(server.output().slice(-4000))
      return code
    },
  }
}

function program(): readonly string[] {
  const binary = process.env.DOUYIN_BIN
  return binary === undefined ? fromSource : [resolve(binary)]
}
