// Prints `clips.ts` of this folder anew: `bun test/support/media/av1/print.ts /usr/bin/ffmpeg`, with an
// ffmpeg that encodes AV1 by libaom. Another version makes other bytes of the same pictures.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const red = 'drawbox=w=iw/2:h=ih/2:color=red:t=fill'
const grey = 'color=gray:s=96x96:r=25:d=0.2'
const pattern = 'testsrc=s=64x64:r=25:d=0.08'

/** By name: what it is for, what is drawn, and the options that matter. */
const clips: Record<string, readonly [about: string, source: string, args: readonly string[]]> = {
  plain: ['Without film grain.', grey, []],
  grain: ['The same, with film grain.', grey, ['-aom-params', 'film-grain-test=4']],
  deep: ['10 bits.', pattern, ['-pix_fmt', 'yuv420p10le']],
  dense: ['4:4:4.', pattern, ['-pix_fmt', 'yuv444p']],
  range: ['All values are used.', 'color=white:s=64x64:r=25:d=0.2', ['-color_range', 'pc']],
  tall: ['As if the phone had been turned.', `testsrc=s=90x160:r=25:d=0.4,${red}`, []],
  black: ['A second of black.', 'color=black:s=320x180:r=25:d=1', []],
  dark: [
    'Black for half of its three seconds, with one keyframe.',
    `testsrc=s=160x90:r=10:d=3,${red},drawbox=color=black:t=fill:enable='lt(t,1.5)'`,
    ['-g', '999'],
  ],
  huge: ['4096 × 4096 pixels.', 'color=black:s=4096x4096:r=25:d=0.04', []],
}

const folder = mkdtempSync(join(tmpdir(), 'av1-'))
const [ffmpeg = 'ffmpeg'] = process.argv.slice(2)
console.log(`/** AV1, which the embedded ffmpeg has no encoder for: printed by \`print.ts\`. */
const decode = (lines: readonly string[]): Uint8Array => Buffer.from(lines.join(''), 'base64')`)
for (const [name, [about, source, args]] of Object.entries(clips)) {
  const path = join(folder, name)
  const range = name === 'range' ? 'pc' : 'tv'
  const { exitCode, stderr } = Bun.spawnSync([
    ...[ffmpeg, '-v', 'error', '-f', 'lavfi', '-i', `${source},scale=out_range=${range}`],
    ...['-c:v', 'libaom-av1', '-threads', '1', '-row-mt', '0', '-bitexact', '-cpu-used', '6'],
    ...['-crf', '60', '-pix_fmt', 'yuv420p', ...args, '-f', 'mp4', path],
  ])
  if (exitCode !== 0) throw new Error(stderr.toString())
  const lines = readFileSync(path, 'base64').match(/.{1,96}/g) ?? []
  console.log(`\n/** ${about} */\n// biome-ignore format: it is one long text`)
  console.log(`export const ${name} = decode([`)
  for (const line of lines) console.log(`  '${line}',`)
  console.log('])')
}
rmSync(folder, { recursive: true })
