import { repeated } from './picture.ts'

/** A chain of ffmpeg's filters, and formulas over `t` that move it, as options of `overlay`. */
type Layer = string | readonly [chain: string, at: string]

/** Neighbours that are laid over each other once instead of for each frame. */
interface Run {
  readonly chains: string[]
  readonly at: string
  readonly isStill: boolean
}

/** Lays layers over a ground, one after the other: a graph whose end has no label yet. */
export function stack(ground: string, ...layers: readonly Layer[]): string {
  const [first, ...above] = runsOf([ground, ...layers])
  const graph = [...merged(first?.chains ?? [], 'l0'), '[l0]format=yuv420p[g0]']
  for (const [index, { chains, at }] of above.entries()) {
    const layer = `l${index + 1}`
    graph.push(...merged(chains, layer), `[g${index}][${layer}]overlay=${at}[g${index + 1}]`)
  }
  return `${graph.join(';')};[g${above.length}]format=yuv420p`
}

function runsOf(layers: readonly Layer[]): Run[] {
  const runs: Run[] = []
  for (const layer of layers) {
    const [chain, at] = typeof layer === 'string' ? [layer, 'shortest=0'] : layer
    const isStill = typeof layer === 'string' && chain.endsWith(repeated)
    const last = runs.at(-1)
    if (isStill && last?.isStill) last.chains.push(chain)
    else runs.push({ chains: [chain], at, isStill })
  }
  return runs
}

/** One layer of several that stand still, repeated only when they are together. */
function merged(chains: readonly string[], label: string): string[] {
  if (chains.length === 1) return [`${chains[0]}[${label}]`]
  const frames = chains.map((chain) => chain.slice(0, -repeated.length))
  return frames.flatMap((frame, at) => {
    if (at === 0) return [`${frame}[${label}_0]`]
    const end = at === frames.length - 1 ? `${repeated}[${label}]` : `[${label}_${at}]`
    return [
      `${frame}[${label}_with_${at}]`,
      `[${label}_${at - 1}][${label}_with_${at}]overlay=format=auto${end}`,
    ]
  })
}
