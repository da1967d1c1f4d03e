// Pictures that loop without a seam, as graphs of ffmpeg without inputs; the end has no label yet.

const width = 720
const height = 1280
const framesPerSecond = 24

/** How long a picture takes until it is the first one again, in seconds. */
export const periodSeconds = 3

const frames = framesPerSecond * periodSeconds
/** Pixels that formulas are computed for. */
const canvas = { fieldWidth: 72, fieldHeight: 128, still: '360x640' }

/** The angle that turns once in a period. */
export const turn = `(2*PI*T/${periodSeconds})`

/** A number from 0 to 1 for each pair of whole numbers, without visible order. */
export const hash = (a: string, b: string, salt: number): string =>
  `mod(abs(sin((${a})*127.1+(${b})*311.7+${salt})*43758.5),1)`

/** Where a pixel of a field is, in units of a 144th of the width. */
export const x = '(X*2)'
export const y = '(Y*2)'

/** From 0 to 1 where `value` goes from 0 to `width`: an edge without steps. */
export const edge = (value: string, soft = 1.5): string => `clip((${value})/${soft},0,1)`

export type Colour = `#${string}`

/** Red, green and blue, 0 to 255. */
export function channels(colour: Colour): readonly [red: number, green: number, blue: number] {
  const [red = 0, green = 0, blue = 0] = Buffer.from(colour.slice(1), 'hex')
  return [red, green, blue]
}

/**
 * Light and dark by one formula (0 to 1) over `x`, `y` and `turn`, in the colours of a scale. Formulas
 * are slow, so it is computed small; the colours come after it was enlarged, so edges stay sharp.
 * @param stops colours from dark to light, each at its share of the scale
 * @param rows the share of the height that is drawn, from the top; `y` counts from there
 */
export function field(
  formula: string,
  stops: readonly (readonly [at: number, colour: Colour])[],
  rows = 1,
): string {
  const lut = (channel: 0 | 1 | 2) =>
    `lut=c0='${between(stops.map(([at, colour]) => [at * 255, planes(colour)[channel]]))}'`
  const tall = 4 * Math.round((height * rows) / 4)
  // Each plane of the picture is looked up by itself: a third of what three colours would take, which
  // would then have to be made into such planes.
  return [
    `nullsrc=s=${canvas.fieldWidth}x${Math.round(canvas.fieldHeight * rows)}:r=${framesPerSecond}`,
    `,format=gray,geq=lum='255*clip(${formula},0,1)',split[full][half]`,
    `;[full]scale=${width}:${tall}:flags=bicubic,${lut(0)}[y]`,
    `;[half]scale=${width / 2}:${tall / 2}:flags=bicubic,split[forU][forV]`,
    `;[forU]${lut(1)}[u];[forV]${lut(2)}[v]`,
    ';[y][u][v]mergeplanes=0x001020:yuv420p,setparams=range=tv',
  ].join('')
}

/** A colour as video has it: BT.601, 16 to 235 and 240. */
function planes(colour: Colour): readonly [y: number, u: number, v: number] {
  const [red, green, blue] = channels(colour)
  return [
    16 + (65.481 * red + 128.553 * green + 24.966 * blue) / 255,
    128 + (-37.797 * red - 74.203 * green + 112 * blue) / 255,
    128 + (112 * red - 93.786 * green - 18.214 * blue) / 255,
  ]
}

/** The value between the points on both sides of `val`. */
function between(points: readonly (readonly [at: number, value: number])[]): string {
  const last = points.at(-1)?.[1] ?? 0
  return points.slice(1).reduceRight((rest, [to, high], at) => {
    const [from, low] = points[at] ?? [0, 0]
    const here = `${low.toFixed(2)}+(val-${from.toFixed(1)})*${((high - low) / Math.max(1, to - from)).toFixed(4)}`
    return `if(lte(val,${to.toFixed(1)}),${here},${rest})`
  }, `${last}`)
}

/** A picture that stands still, as formulas (0 to 255) over X, Y, W and H: drawn once, then repeated. */
export function still(red: string, green: string, blue: string, alpha: string): string {
  return drawn(canvas.still, red, green, blue, alpha)
}

const enlarged = `scale=${width}:${height}:flags=bicubic,format=yuva420p`

/** How every chain of one frame ends: it is shown for ever. */
export const repeated = ',loop=loop=-1:size=1:start=0'

function drawn(size: string, red: string, green: string, blue: string, alpha: string): string {
  return [
    `nullsrc=s=${size}:r=${framesPerSecond}:d=${1 / framesPerSecond},format=gbrap`,
    `geq=r='${red}':g='${green}':b='${blue}':a='${alpha}',${enlarged}${repeated}`,
  ].join(',')
}

/** A layer of one colour that covers what `alpha` (0 to 1) says. */
export function layer(colour: Colour, alpha: string): string {
  const [red, green, blue] = channels(colour)
  return [
    `nullsrc=s=${canvas.still}:r=${framesPerSecond}:d=${1 / framesPerSecond},format=gray`,
    // Only one channel is computed, and becomes the alpha.
    `geq=lum='255*(${alpha})',format=rgba,colorchannelmixer=ar=1:aa=0`,
    `lutrgb=r=${red}:g=${green}:b=${blue},${enlarged}${repeated}`,
  ].join(',')
}

/** A sky from `top` over `mid` at a share of its height to `bottom`. */
export function sky(top: Colour, mid: Colour, bottom: Colour, middle = 0.5): string {
  const [a, b, c] = [channels(top), channels(mid), channels(bottom)]
  const formula = (at: 0 | 1 | 2) => {
    const [above, below] = [
      `lerp(${a[at]},${b[at]},Y/H/${middle})`,
      `lerp(${b[at]},${c[at]},(Y/H-${middle})/${1 - middle})`,
    ]
    return `if(lt(Y/H,${middle}),${above},${below})`
  }
  return drawn('2x640', formula(0), formula(1), formula(2), '255')
}

/** Moves a layer so that it is back in its place after a period, by a share of the picture each way. */
export function drift(across: number, down: number): string {
  return `scroll=h=${(across / frames).toFixed(6)}:v=${(down / frames).toFixed(6)}`
}

/** A line of hills or waves across the picture, `times` alike, at a share of its height. */
export const ridge = (level: number, swell: number, times: number, phase = 0): string =>
  `H*${level}+H*${swell}*(sin(2*PI*${times}*X/W+${phase})+0.5*sin(4*PI*${times}*X/W+${phase * 2.3}))`

/** Discs or flakes strewn over cells of `cell` pixels of the canvas, `rows` cells until they are the same again. */
export function strewn(
  cell: number,
  rows: number,
  radius: number,
  soft: number,
  salt: number,
): string {
  const [column, row] = [`floor(X/${cell})`, `mod(floor(Y/${cell}),${rows})`]
  const place = (salt: number) => `(${radius}+${cell - 2 * radius}*${hash(column, row, salt)})`
  const across = `mod(X,${cell})-${place(salt)}`
  const down = `mod(Y,${cell})-${place(salt + 1)}`
  const size = `${radius}*(0.5+0.5*${hash(column, row, salt + 2)})`
  return `${edge(`${size}-hypot(${across},${down})`, soft)}*(0.35+0.65*${hash(column, row, salt + 3)})`
}
