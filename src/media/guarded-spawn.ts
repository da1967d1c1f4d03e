import { bareEnvironment } from './environment.ts'

/** Runs at most as long as its server: whoever holds the other end of its input. */
export interface Guarded {
  readonly pid: number
  readonly stdout: ReadableStream<Uint8Array>
  readonly stderr: ReadableStream<Uint8Array>
  /** The exit status; null if it was killed or crashed. */
  readonly exited: Promise<number | null>
  /** The time of processors that it took, in ms, once it has ended. */
  cpuMs(): number
  kill(): void
}

/**
 * `$1` is the niceness, the rest the command. The shell raises its chance, and so that of what it
 * starts, to be the one that the system kills when memory is short. A watcher waits for the end of
 * the input, which comes when the server closes it or dies, however it dies, and kills the command;
 * the shell collects both, so that no zombie is left where the server is the first process.
 */
const guard = `
{ echo 800 > /proc/self/oom_score_adj; } 2>/dev/null
exec 3<&0
nice=$1; shift
nice -n "$nice" "$@" </dev/null 3<&- &
job=$!
{ read -r _ <&3; kill -9 $job; } >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait $job; status=$?
kill -9 $watcher; wait $watcher
exit $status`

/** A shell that was told of a death by a signal says so by a status from here on. */
const signalStatus = 128

/** If even the shell does not end, its whole group is killed after this time. */
const groupKillMs = 1_000

/**
 * Starts a program that reads strangers' files: with a bare environment, in a group of its own, and
 * killed within moments of the death of this process.
 */
export function guardedSpawn(command: readonly string[], niceness: number): Guarded {
  if (process.platform === 'win32') return plainSpawn(command)
  const child = Bun.spawn(['sh', '-c', guard, 'guard', `${niceness}`, ...command], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: bareEnvironment(),
    detached: true,
  })
  const killGroup = () => {
    try {
      process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It has ended.
    }
  }
  let timer: ReturnType<typeof setTimeout> | undefined
  const exited = child.exited.then((status) => {
    clearTimeout(timer)
    // If the shell was killed, what it started may live on.
    killGroup()
    return child.signalCode !== null || status >= signalStatus ? null : status
  })
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    exited,
    cpuMs: () => cpuMsOf(child),
    kill() {
      void child.stdin.end()
      timer ??= setTimeout(killGroup, groupKillMs)
    },
  }
}

function plainSpawn(command: readonly string[]): Guarded {
  const child = Bun.spawn([...command], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: bareEnvironment(),
  })
  return {
    pid: child.pid,
    stdout: child.stdout,
    stderr: child.stderr,
    exited: child.exited.then(() => child.exitCode),
    cpuMs: () => cpuMsOf(child),
    kill: () => child.kill('SIGKILL'),
  }
}

/** With that of the processes that it waited for. */
const cpuMsOf = (child: Bun.Subprocess): number =>
  Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000
