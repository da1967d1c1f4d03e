import type { Report, Versus } from './report.ts'

const line = 26
const left = 210
const full = 430
const right = 120

/** The ratios as bars with a mark at each bar promised; legible on light and on dark. */
export function chart({ versus }: Report): string {
  const height = versus.length * line + 58
  const width = left + full + right
  const rows = versus.map(row).join('\n')
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="Requests per second as a part of what a bare Bun.serve does with the same bytes">
<style>
  text { fill: #1f2328 } .faint { fill: #59636e } .scale { stroke: #d1d9e0 } .track { fill: #eff2f5 }
  .met { fill: #1a7f37 } .short { fill: #bc4c00 } .bar { stroke: #1f2328; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .faint { fill: #9198a1 } .scale { stroke: #3d444d } .track { fill: #212830 }
    .met { fill: #3fb950 } .short { fill: #db6d28 } .bar { stroke: #f0f6fc }
  }
</style>
<text x="0" y="16" font-weight="600">Requests per second, as a part of a bare Bun.serve</text>
<text x="0" y="34" class="faint">the same bytes, 64 connections; the mark is what we aim at</text>
${rows}
</svg>
`
}

function row({ name, ratio, bar, ours }: Versus, at: number): string {
  const y = 48 + at * line
  const length = Math.min(1, ratio) * full
  const mark = left + bar * full
  const rate = Math.round(ours.rate).toLocaleString('en')
  return [
    `<text x="${left - 8}" y="${y + 15}" text-anchor="end">${name}</text>`,
    `<rect x="${left}" y="${y + 3}" width="${full}" height="16" rx="2" class="track"/>`,
    `<rect x="${left}" y="${y + 3}" width="${length.toFixed(1)}" height="16" rx="2" class="${ratio >= bar ? 'met' : 'short'}"/>`,
    `<line x1="${mark}" x2="${mark}" y1="${y}" y2="${y + 22}" class="bar"/>`,
    `<text x="${left + full + 8}" y="${y + 15}">${ratio.toFixed(2)} <tspan class="faint">${rate}/s</tspan></text>`,
  ].join('\n')
}
