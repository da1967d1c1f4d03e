import { encode } from 'uqr'

/** Half blocks by which of their two modules are dark. */
const blocks = [' ', '▄', '▀', '█'] as const
/** Black on white, whatever colours the terminal has: a phone needs a dark code on a light ground. */
const [colours, plain] = ['\x1b[30;107m', '\x1b[0m']

/**
 * The lines of a QR code of half blocks, two rows of it a line; none if it doesn't fit.
 * @param room characters and lines that there are for it
 */
export function qrCodeLines(text: string, room: { columns: number; rows: number }): string[] {
  const { data, size } = encode(text, { border: 2 })
  const lines = Math.ceil(size / 2)
  if (size > room.columns || lines > room.rows) return []
  return Array.from({ length: lines }, (_, line) => {
    const [upper = [], lower = []] = [data[line * 2], data[line * 2 + 1]]
    const cells = upper.map(
      (dark, at) => blocks[((dark ? 2 : 0) + (lower[at] ? 1 : 0)) as 0 | 1 | 2 | 3],
    )
    return `${colours}${cells.join('')}${plain}`
  })
}
