import { type Colour, channels, edge, hash, periodSeconds, still, turn, x, y } from './picture.ts'

/** What a ball that wanders about its home adds to a field of `lava`. */
export function ball(
  homeX: number,
  homeY: number,
  aside: number,
  rise: number,
  speed: number,
  phase: number,
  radius: number,
): string {
  const [left, top] = [
    `${homeX}+${aside}*sin(${turn}+${phase})`,
    `${homeY}+${rise}*cos(${speed}*${turn}+${phase})`,
  ]
  return `(st(0,${x}-(${left}));st(1,${y}-(${top}));${radius * radius}/(ld(0)*ld(0)+ld(1)*ld(1)+40))`
}

/** `spacing` must divide the width of what is repeated. */
export function pines(tall: number, spacing: number): string {
  return `${tall}*(1-abs(mod(X,${spacing})/${spacing / 2}-1))*(0.6+0.4*${hash(`mod(floor(X/${spacing}),15)`, '3', 5)})`
}

/** Four clouds, each twice across the width. */
export function cloud(): string {
  const puff = (x: number, y: number, r: number) => `W*${r}-hypot(X-W*${x},(Y-H*${y})*1.5)`
  const one = (x: number, y: number) =>
    `max(max(${puff(x, y, 0.05)},${puff(x + 0.06, y - 0.012, 0.065)}),${puff(x + 0.13, y, 0.045)})`
  return edge(
    `max(max(${one(0.06, 0.14)},${one(0.56, 0.14)}),max(${one(0.24, 0.29)},${one(0.74, 0.29)}))`,
    2,
  )
}

/** A sailing boat on the horizon of the sunset. */
export function boat(): string {
  const hull = 'between(Y,H*0.625,H*0.645)*lt(abs(X-W*0.36),W*0.09-(Y-H*0.625)*1.4)'
  const sail = 'between(Y,H*0.52,H*0.617)*between(X,W*0.362,W*0.365+(Y-H*0.52)*0.9)'
  const jib = 'between(Y,H*0.54,H*0.617)*between(X,W*0.352-(Y-H*0.54)*0.6,W*0.352)'
  return `clip(${hull}+${sail}+${jib},0,1)`
}

/** A record, whose shine and label show that it turns. */
export function record(): string {
  const r = 'hypot(X-W/2,Y-H/2)/W'
  const shine = `50*pow(abs(cos(atan2(Y-H/2,X-W/2))),24)`
  const groove = `22+7*sin(${r}*420)+${shine}`
  const label = (a: number, b: number) => `if(gt(sin(atan2(Y-H/2,X-W/2)),0),${a},${b})`
  const part = (paint: string) => `if(lt(${r},0.012),250,if(lt(${r},0.13),${paint},${groove}))`
  return still(
    part(label(232, 250)),
    part(label(72, 196)),
    part(label(85, 84)),
    `255*${edge(`W*0.42-hypot(X-W/2,Y-H/2)`)}`,
  )
}

/** What plays the record. */
export function tonearm(): string {
  const pivot = `${edge('W*0.055-hypot(X-W*0.86,Y-H*0.2)')}`
  const arm = `between(Y,H*0.2,H*0.4)*${edge('W*0.012-abs(X-W*0.86+(Y-H*0.2)*0.42)')}`
  const head = `between(Y,H*0.4,H*0.44)*${edge('W*0.024-abs(X-W*0.86+(Y-H*0.2)*0.42)')}`
  return `clip(${pivot}+${arm}+${head},0,1)`
}

/** A row of houses with lit windows; `times` columns until it repeats. */
export function houses(
  colour: Colour,
  size: number,
  floor: number,
  tall: number,
  salt: number,
  times: number,
): string {
  const column = `mod(floor(X/${size}),${times})`
  const top = `H*(${floor}-${tall}*${hash(column, '2', salt)})`
  const inside = edge(`Y-(${top})`)
  const [x, y] = [`mod(X,${size / 4})`, 'mod(Y,14)']
  const lit = `gt(Y,${top}+10)*between(${x},${size / 16},${size / 5.5})*between(${y},4,10)*lt(${hash(`mod(floor(X/${size / 4}),${times * 4})`, 'floor(Y/14)', salt)},0.36)`
  const [red, green, blue] = channels(colour)
  const paint = (light: number, dark: number) => `if(${lit},${light},${dark})`
  return still(paint(255, red), paint(208, green), paint(120, blue), `255*${inside}`)
}

/** A shift up and down for `stack`, in pixels of a picture 1,280 high. */
export function sway(pixels: number, phase = 0): string {
  return `'H*${pixels / 1280}*sin(2*PI*t/${periodSeconds}+${phase})'`
}
