import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'

/** What a run was asked for. */
export interface Options {
  /** Print the results as JSON instead of as tables. */
  readonly json: boolean
  /** Only cases whose name contains one of these. */
  readonly only: readonly string[]
  /** Only reads or only writes, and nothing else. */
  readonly kind: 'read' | 'write' | null
  /** A tiny world and a moment for each case: shows that everything runs, measures nothing. */
  readonly short: boolean
  /** Compare with a world ten times as large, which takes long to make. */
  readonly scale: boolean
  /** Path of another executable that ours is driven in turn with, instead of a bare server. */
  readonly vs: string | null
  /** File for the chart. */
  readonly svg: string | null
  /** Leave the servers on every core instead of one. */
  readonly unpinned: boolean
  /** How often ours and the bare server are driven in turn. */
  readonly pairs: number
  /** Seconds of each drive. */
  readonly seconds: number
}

const help = `bun run bench [options]

Measures the compiled server against a bare Bun.serve that returns the very same bytes.

  --vs <executable>  instead: ours and another executable in turn, each on a copy of
                     the world that the other one seeded
  --only <text>      cases whose name contains this; may be repeated
  --kind <kind>      only reads (read) or only writes (write), and nothing else
  --json             print JSON
  --svg <file>       write the chart of the README
  --unpinned         let the server use every core, the load's too
  --scale            also compare with 1,000,000 videos and 100,000 users (long)
  --short            a tiny world, a moment per case: only checks that everything runs
  --pairs <number>   how often both are driven in turn (default 3)
  --seconds <number> how long each drive lasts (default 3)`

/** Reads the command line. @throws Error with a sentence */
export function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
      unpinned: { type: 'boolean', default: false },
      svg: { type: 'string' },
      vs: { type: 'string' },
      kind: { type: 'string' },
      scale: { type: 'boolean', default: false },
      short: { type: 'boolean', default: false },
      pairs: { type: 'string' },
      seconds: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    process.exit(0)
  }
  const { only, json, short, scale, unpinned } = values
  return {
    ...{ only, json, short, scale, unpinned },
    svg: values.svg ?? null,
    vs: existing('--vs', values.vs),
    kind: kindOf(values.kind),
    pairs: positive('--pairs', values.pairs, short ? 1 : 3),
    seconds: positive('--seconds', values.seconds, short ? 0.3 : 3),
  }
}

function existing(flag: string, path: string | undefined): string | null {
  if (path === undefined || existsSync(path)) return path ?? null
  throw new Error(`${flag}: there is no file ${path}`)
}

function kindOf(text: string | undefined): 'read' | 'write' | null {
  if (text === undefined || text === 'read' || text === 'write') return text ?? null
  throw new Error(`--kind: '${text}' is neither read nor write`)
}

function positive(flag: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text)
  if (value > 0 && value <= 600) return value
  throw new Error(`${flag}: '${text}' is not a number above 0`)
}
