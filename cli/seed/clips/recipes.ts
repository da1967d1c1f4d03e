import type { Drawing } from '../../../src/media/studio.ts'
import { list } from '../words/list.ts'
import { periodSeconds } from './picture.ts'
import { scenes } from './scenes.ts'
import { tune } from './tune.ts'

/** A clip to be drawn, and what people might call it. */
export interface Recipe extends Drawing {
  readonly titles: readonly string[]
}

const minor = [0, 3, 7, 10, 12, 15, 12, 10, 7, 3, 7, 12]
const rising = [0, 4, 7, 11, 12, 11, 7, 4, 9, 7, 4, 2]
const pentatonic = [0, 2, 4, 7, 9, 12, 9, 7, 4, 7, 2, 0]

/** A dozen clips, vertical, 6 or 9 seconds, each with a tune of its own. */
export const recipes: readonly Recipe[] = [
  clip(
    'sunset',
    3,
    tune([7, 12, 16, 12, 9, 7, 4, 7, 2, 4, 7, 9], [0, 5, 9], 9),
    `
    日落慢慢沉下去 / 橘子汽水味的傍晚 / 把夕阳存进手机里 / Sunset, slowly
  `,
  ),
  clip(
    'city',
    3,
    tune([0, 7, 10, 7, 3, 7, 12, 10, 0, 3, 7, 5], [0, 8, 3], 9),
    `
    末班车窗外 / 夜里骑车回家 / 每一扇亮着的窗 / Night ride, city asleep
  `,
  ),
  clip(
    'hills',
    3,
    tune(pentatonic, [0, 5, 7], 9),
    `
    火车窗外的山 / 周末去山里走走 / 坐到终点站再回来 / Window seat, please
  `,
  ),
  clip(
    'aurora',
    3,
    tune([0, 7, 12, 16, 19, 16, 12, 7, 9, 12, 16, 12], [0, 9, 5], 9),
    `
    等了三个晚上的极光 / 今晚的天空在发光 / 如果极光有声音 / Northern lights, no filter
  `,
  ),
  clip(
    'vinyl',
    3,
    tune([12, 10, 7, 3, 5, 7, 10, 7, 3, 0, 3, 7], [0, 8, 10], 9),
    `
    爷爷留下的唱片 / 周日的早上，慢一点 / 转一圈就不难过了 / Side B, track one
  `,
  ),
  clip(
    'ocean',
    3,
    tune([0, 4, 7, 4, 9, 7, 12, 7, 5, 9, 7, 4], [0, 5, 9], 9),
    `
    海边的风有点大 / 听浪，别说话 / 剪了一张纸做的海 / Paper waves
  `,
  ),
  clip(
    'petals',
    3,
    tune([12, 9, 7, 4, 2, 4, 7, 9, 12, 14, 12, 9], [0, 9, 7], 9),
    `
    樱花落下来的速度 / 春天只有这么几天 / 抬头，下花瓣雨了 / Spring, on loop
  `,
  ),
  clip(
    'bokeh',
    3,
    tune(minor, [0, 5, 8], 9),
    `
    摘下眼镜看夜市 / 近视眼的快乐 / 路口的灯都化开了 / Friday night, out of focus
  `,
  ),
  clip(
    'lava',
    2,
    tune([0, 3, 7, 12, 10, 7, 3, 5], [0, 8], 6),
    `
    盯着看十秒会很放松 / 新买的熔岩灯到了 / 像不像在发呆 / Lava lamp for your phone
  `,
  ),
  clip(
    'breath',
    2,
    tune([0, 7, 4, 7, 12, 7, 4, 7], [0, 5], 6),
    `
    跟着它一起呼吸 / 睡前看一会儿 / 吸气，呼气，好了 / Breathe with me
  `,
  ),
  clip(
    'mandala',
    2,
    tune(rising.slice(0, 8), [0, 9], 6),
    `
    万花筒里的一分钟 / 外婆的花布 / 梦里的颜色大概是这样 / Kaleidoscope
  `,
  ),
  clip(
    'tunnel',
    2,
    tune([0, 0, 7, 7, 10, 10, 7, 5], [0, 3], 6),
    `
    一直往前会看到什么 / 穿过时间的隧道 / 八十年代的未来 / Faster than light, nearly
  `,
  ),
]

function clip(scene: keyof typeof scenes, repeats: number, sound: string, titles: string): Recipe {
  return {
    picture: `${scenes[scene]},setsar=1[v]`,
    repeats,
    sound: `${sound}[a]`,
    duration: periodSeconds * repeats,
    titles: list(titles),
  }
}
