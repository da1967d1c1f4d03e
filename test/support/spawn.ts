import { join, resolve } from 'node:path'

/** The program from its sources. */
export const fromSource = ['bun', join(import.meta.dir, '../../cli/main.ts')]

/** What is tested: the executable that DOUYIN_BIN names, else the sources. */
export const program = process.env.DOUYIN_BIN ? [resolve(process.env.DOUYIN_BIN)] : fromSource

/** A server in a process of its own. */
export interface Spawned extends AsyncDisposable {
  readonly url: string
  readonly pid: number
  /** What it has printed so far, on both outputs. */
  output(): string
  /** Sends a signal and returns the exit code: 128 and its number if the signal itself ended it. */
  end(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL'): Promise<number>
}

/** The environment of a child: nothing of ours that could change what the program does. */
const quiet = { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: process.env.TMPDIR }

/** Starts `serve` on a free port of loopback and waits until it says that it listens. */
export async function spawnServer(
  program: readonly string[],
  data: string,
  options: { cwd?: string; flags?: readonly string[]; env?: Record<string, string> } = {},
): Promise<Spawned> {
  const flags = ['--port', '0', '--host', '127.0.0.1', '--data', data, '--ffmpeg', 'embedded']
  const child = Bun.spawn([...program, 'serve', ...flags, ...(options.flags ?? [])], {
    cwd: options.cwd ?? data,
    env: { ...quiet, ...options.env },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let printed = ''
  const listening = Promise.withResolvers<string>()
  const follow = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      printed += decoder.decode(chunk, { stream: true })
      const url = /listening on (https?:[^\s"]+)["\n]/.exec(printed)?.[1]
      if (url) listening.resolve(url)
    }
  }
  const followed = Promise.all([follow(child.stdout), follow(child.stderr)])
  void followed.then(() => listening.reject(new Error(`the server ended: ${printed}`)))
  return {
    url: await listening.promise,
    pid: child.pid,
    output: () => printed,
    async end(signal) {
      child.kill(signal)
      await followed
      return child.exited
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** Runs a command to its end. */
export async function run(
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const child = Bun.spawn([...command], {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    env: { ...quiet, ...options.env },
    stdin: 'ignore',
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ])
  return { code: await child.exited, stdout, stderr }
}
