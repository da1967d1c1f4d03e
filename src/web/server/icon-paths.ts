import type { BunPlugin } from 'bun'

type Numbers = Readonly<Record<string, number>>

/** How each kind of part is drawn as a path: absolute, so that one can follow another. */
const kinds: Readonly<Record<string, (at: Numbers) => string>> = {
  circle: ({ cx = 0, cy = 0, r = 0 }) =>
    `M${cx - r} ${cy}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`,
  line: ({ x1, y1, x2, y2 }) => `M${x1} ${y1}L${x2} ${y2}`,
  rect: ({ x = 0, y = 0, width = 0, height = 0, rx = 0 }) => {
    const corner = (dx: number, dy: number) => `a${rx} ${rx} 0 0 1 ${dx} ${dy}`
    const [across, down] = [width - 2 * rx, height - 2 * rx]
    const upper = `M${x + rx} ${y}h${across}${corner(rx, rx)}v${down}${corner(-rx, rx)}`
    return `${upper}h${-across}${corner(-rx, -rx)}v${-down}${corner(rx, -rx)}z`
  },
}

/**
 * For the build of the client: makes one path of the parts of each icon of `lucide`, which is fewer
 * bytes to send and fewer elements on the page.
 */
export const iconPaths: BunPlugin = {
  name: 'icon-paths',
  setup(build) {
    build.onLoad({ filter: /lucide\/dist\/esm\/icons\/[\w-]+\.mjs$/ }, async ({ path }) => {
      const { default: parts } = await import(path)
      return { contents: `export default ${JSON.stringify(joinParts(parts))}`, loader: 'js' }
    })
  },
}

/** @throws Error if a part is of a kind that no icon had so far */
export function joinParts(parts: readonly [kind: string, at: Record<string, string>][]): string {
  return parts
    .map(([kind, { d, ...at }]) => {
      // The first move of a path is from the corner, however it is written.
      if (kind === 'path' && d) return d.startsWith('m') ? `M0 0${d}` : d
      const draw = kinds[kind]
      if (!draw) throw new Error(`an icon has a ${kind}`)
      return draw(Object.fromEntries(Object.entries(at).map(([name, one]) => [name, Number(one)])))
    })
    .join('')
}
