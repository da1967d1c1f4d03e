import type { Drawing } from '../../src/media/studio.ts'
import { list } from './words/list.ts'

/** A clip to be drawn, and what people might call it. */
export interface Recipe extends Drawing {
  readonly titles: readonly string[]
}

const frameSize = '360x640'
const framesPerSecond = 24

/** A dozen clips, vertical, 3 to 5 seconds, each with a tune of its own. */
export const recipes: readonly Recipe[] = Object.values({
  aurora: clip(4, [0, 7, 12, 16, 19, 16, 12, 7], {
    picture: gradients('linear', ['0x0b1d51', '0x1fa187', '0x7ce577', '0x3b1c6b'], 7),
    titles: '等了三个晚上的极光 / 今晚的天空在发光 / 如果极光有声音 / Northern lights, no filter',
  }),
  plasma: clip(4, [0, 4, 7, 11, 12, 11, 7, 4], {
    picture: painted(
      '128+100*sin(X/13+T*2)',
      '90+80*sin(Y/17-T*1.5)+40*sin((X+Y)/19)',
      '150+90*sin(hypot(X-36,Y-64)/9-T*3)',
    ),
    titles: '盯着看十秒会很放松 / 梦里的颜色大概是这样 / 调色盘打翻了 / Lava lamp for your phone',
  }),
  mandelbrot: clip(5, [0, 3, 7, 10, 12, 15, 12, 10], {
    picture: [
      `mandelbrot=s=180x320:r=${framesPerSecond}:start_scale=0.06:end_scale=0.004:end_pts=120:maxiter=200`,
      'start_x=-0.743643887:start_y=0.131825904:inner=convergence,scale=360:640:flags=bilinear',
    ].join(':'),
    titles:
      '一直放大会看到什么 / 数学课没有讲完的故事 / 分形：小小的自己 / Zooming in for 5 seconds',
  }),
  life: clip(4, [12, 10, 7, 5, 3, 5, 7, 10], {
    picture: [
      'life=s=60x106:r=12:mold=12:ratio=0.32:seed=11:life_color=0x7df9ff:death_color=0x16213e',
      `mold_color=0x0b0c10,scale=360:640:flags=neighbor,fps=${framesPerSecond}`,
    ].join(':'),
    titles:
      '生命游戏：四条规则一座城 / 像素小镇的早高峰 / 它们居然自己会动 / Game of Life, evening shift',
  }),
  balls: clip(4, [0, 2, 4, 7, 9, 7, 4, 2], {
    picture: painted(
      ball(14, 40, 2.1, 1.3, 0),
      ball(18, 30, 1.7, 1.1, 1.6),
      ball(11, 70, 1.2, 1.9, 1),
    ),
    titles: '三个小球的周末 / 谁会先撞到谁 / 治愈系弹球 / Three of us on a Friday night',
  }),
  spiral: clip(3, [7, 5, 3, 0, 3, 5], {
    picture: gradients('spiral', ['0xff5f6d', '0xffc371', '0x24243e'], 3),
    titles: '日落慢慢转了一圈 / 橘子汽水味的傍晚 / 把夕阳卷起来带回家 / Sunset, slowly',
  }),
  waves: clip(4, [0, 7, 3, 10, 7, 12, 10, 3], {
    picture: `showwaves=s=${frameSize}:mode=cline:r=${framesPerSecond}:colors=0xff2d55,format=yuv420p`,
    hears: true,
    titles: '今天的心跳 / 随手弹的一小段 / 声音长这个样子 / What my melody looks like',
  }),
  cellauto: clip(4, [0, 5, 7, 12, 7, 5], {
    picture: [
      `cellauto=s=90x160:rule=110:r=${framesPerSecond}:random_seed=5:ratio=0.3,scale=360:640:flags=neighbor`,
      'format=rgb24,colorchannelmixer=rr=0.9:gg=0.55:bb=0.2',
    ].join(','),
    titles: '织毛衣的第 110 种方法 / 一行代码织出来的布 / 外婆的花布也是这样一行行来的 / Rule 110',
  }),
  ember: clip(3, [3, 7, 10, 14, 10, 7], {
    picture: gradients('radial', ['0x2b5876', '0x4e4376', '0xf8b500'], 5),
    titles: '灯亮起来的那一刻 / 热可可的表面 / 冬天里的一小团火 / A small warm thing',
  }),
  spectrum: clip(3, [0, 4, 7, 12, 16, 12], {
    picture: `colorspectrum=s=${frameSize}:r=${framesPerSecond}:type=all,hue=h=t*60`,
    titles: '雨停以后 / 彩虹的慢动作 / 新买的灯带到了 / Every colour I own',
  }),
  carpet: clip(4, [0, 3, 5, 6, 7, 10, 12, 10], {
    picture: [
      `sierpinski=s=${frameSize}:r=${framesPerSecond}:type=carpet:jump=60:seed=4`,
      'format=rgb24,colorchannelmixer=rr=0.2:gg=0.75:bb=0.95',
    ].join(','),
    titles: '迷宫有出口吗 / 在窗花里散步 / 地砖强迫症慎入 / Walking on patterns',
  }),
  neon: clip(5, [0, 0, 7, 7, 10, 10, 7, 5], {
    picture: [
      `color=0x112233:s=${frameSize}:r=${framesPerSecond},drawgrid=w=40:h=40:t=2:c=0x33ccff@0.6`,
      'hue=H=t*2,rotate=a=t/3:fillcolor=0x221133',
    ].join(','),
    titles: '夜里骑车回家 / 霓虹路口 / 八十年代的未来 / Night ride, city asleep',
  }),
})

/** `hears`: the picture is made from the sound. */
function clip(
  duration: number,
  tune: readonly number[],
  { picture, titles, hears }: { picture: string; titles: string; hears?: true },
): Recipe {
  const sound = `aevalsrc=exprs='${melody(tune, 0.25)}':s=44100`
  const graph = hears
    ? `${sound},asplit[a][heard];[heard]${picture},setsar=1[v]`
    : `${picture},setsar=1[v];${sound}[a]`
  return { duration, titles: list(titles), graph }
}

function gradients(type: string, colors: readonly string[], seed: number): string {
  const list = colors.map((color, at) => `c${at}=${color}`).join(':')
  return `gradients=s=${frameSize}:r=${framesPerSecond}:${list}:n=${colors.length}:speed=0.03:seed=${seed}:type=${type}`
}

/** A formula for each of red, green and blue, on a small canvas because formulas are slow. */
function painted(red: string, green: string, blue: string): string {
  const formulas = `geq=r='${red}':g='${green}':b='${blue}'`
  return `nullsrc=s=72x128:r=${framesPerSecond},format=rgb24,${formulas},scale=360:640:flags=bicubic`
}

/** One colour of a disc that wanders about the canvas. */
function ball(radius: number, ground: number, x: number, y: number, phase: number): string {
  const distance = `hypot(X-36-24*sin(T*${x}+${phase}),Y-64-48*cos(T*${y}+${phase}))`
  return `${ground}+${250 - ground}*lt(${distance},${radius})`
}

/** A plucked note each `beat` seconds over a low hum; semitones above A3. */
function melody(semitones: readonly number[], beat: number): string {
  const [first = '220', ...rest] = semitones.map((note) => (220 * 2 ** (note / 12)).toFixed(1))
  const bar = (rest.length + 1) * beat
  const pitch = rest.reduce(
    (earlier, note, at) => `if(lt(mod(t,${bar}),${(at + 1) * beat}),${earlier},${note})`,
    first,
  )
  return [
    `st(0,${pitch});0.3*sin(2*PI*ld(0)*t)*exp(-5*mod(t,${beat}))`,
    `0.1*sin(4*PI*ld(0)*t)*exp(-9*mod(t,${beat}))`,
    `0.1*sin(PI*${first}*t)`,
  ].join('+')
}
