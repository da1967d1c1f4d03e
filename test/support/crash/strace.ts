import { readFileSync } from 'node:fs'

/** Where there is no strace, or it may not trace, the tests that need it are skipped. */
export const traceable =
  process.platform === 'linux' &&
  Bun.which('strace') !== null &&
  Bun.spawnSync(['strace', '-o', '/dev/null', 'true']).success

/** A command under strace, its children too; what it says of the calls goes to `output`. */
export const traced = (
  options: readonly string[],
  output: string,
  command: readonly string[],
): string[] => ['strace', '-f', '--seccomp-bpf', ...options, '-o', output, '--', ...command]

/** Kills the command below its tracer, which then ends too. */
export async function killTraced(tracer: number): Promise<void> {
  const children = readFileSync(`/proc/${tracer}/task/${tracer}/children`, 'utf8')
  for (const pid of children.trim().split(' ')) if (pid) process.kill(Number(pid), 'SIGKILL')
}

/** Traces a process that runs already, with its threads; returns when it does. */
export async function attach(
  pid: number,
  options: readonly string[],
  output: string,
): Promise<{ ended: Promise<unknown> }> {
  const tracer = Bun.spawn(['strace', '-f', '-p', String(pid), ...options, '-o', output], {
    stderr: 'pipe',
  })
  for await (const line of tracer.stderr) {
    if (line.includes(10)) break
  }
  return { ended: tracer.exited }
}
