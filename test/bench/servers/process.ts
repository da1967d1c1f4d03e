import { readFileSync } from 'node:fs'

/** A child process that is measured. */
export interface Measured {
  readonly pid: number
  readonly url: string
  /** Seconds of processor time used so far, all threads; NaN where the system doesn't tell. */
  cpu(): number
  /** Resident memory, MB. */
  memory(): number
  /** Lets it run on any core, for what is measured beside other work. */
  unpin(): void
  stop(): Promise<void>
}

let pinnable = Bun.which('taskset') !== null && navigator.hardwareConcurrency >= 2

/** The command on a core: servers have the first, the load has the second. */
export const pinned = (core: 'server' | 'load', command: string[]): string[] =>
  pinnable ? ['taskset', '-c', core === 'server' ? '0' : '1', ...command] : command

/** Lets everything run on every core from here on. */
export const pinNothing = (): void => {
  pinnable = false
}

export const isPinned = (): boolean => pinnable

/** Starts a server that says `http://…:port` on its output; it runs until stopped. */
export async function startServer(command: string[], core: 'server' | 'any'): Promise<Measured> {
  const child = Bun.spawn(core === 'server' ? pinned('server', command) : command, {
    env: environment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const url = await addressFrom(child.stdout)
  if (url === null) throw new Error(`${command.join(' ')} ended with ${await child.exited}`)
  const { pid } = child
  return {
    pid,
    url,
    cpu: () => cpuSeconds(pid),
    memory: () => residentMegabytes(pid),
    unpin() {
      if (pinnable) Bun.spawnSync(['taskset', '-acp', '0-1', String(pid)])
    },
    async stop() {
      child.kill('SIGTERM')
      const kill = setTimeout(() => child.kill('SIGKILL'), 15_000)
      await child.exited
      clearTimeout(kill)
    },
  }
}

/** Waits for the address, then goes on reading: a full pipe would stop the server. */
async function addressFrom(output: ReadableStream<Uint8Array>): Promise<string | null> {
  const reader = output.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return null
    text += decoder.decode(value, { stream: true })
    const found = /http:\/\/127\.0\.0\.1:\d+(?=\D)/.exec(text)
    if (!found) continue
    void drain(reader)
    return found[0]
  }
}

async function drain(reader: { read(): Promise<{ done: boolean }> }): Promise<void> {
  while (!(await reader.read()).done);
}

/**
 * The settings of whoever measures must not decide what is measured. A few hundred users write as
 * much here as a city would, so their limits are counted, but out of their reach.
 */
const environment = () => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('DOUYIN_')),
  ),
  DOUYIN_MESSAGE_RATE: '1000000',
  DOUYIN_WRITE_RATE: '1000000',
})

/** utime and stime of proc_pid_stat(5), in ticks of 10 ms. */
function cpuSeconds(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return (Number(fields[11]) + Number(fields[12])) / 100
  } catch {
    return Number.NaN
  }
}

/** Seconds that the host of a virtual machine has taken from the server's core so far: steal of proc_stat(5), 0 where the system doesn't tell. */
export function stolenSeconds(): number {
  try {
    const core = /^cpu0 .*/m.exec(readFileSync('/proc/stat', 'utf8'))?.[0]
    return Number(core?.split(' ')[8] ?? 0) / 100
  } catch {
    return 0
  }
}

function residentMegabytes(pid: number): number {
  const { stdout } = Bun.spawnSync(['ps', '-o', 'rss=', '-p', String(pid)])
  return Number(stdout.toString()) / 1024
}
