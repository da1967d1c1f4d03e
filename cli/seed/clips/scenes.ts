import {
  drift,
  edge,
  field,
  hash,
  layer,
  periodSeconds,
  ridge,
  sky,
  strewn,
  turn,
  x,
  y,
} from './picture.ts'
import { ball, boat, cloud, houses, pines, record, sway, tonearm } from './shapes.ts'
import { stack } from './stack.ts'

/** A dozen pictures in a graph each, all of them the same again after a period. */
export const scenes = {
  aurora: stack(
    field(
      [
        `st(0,${y}-(88+14*sin(${x}/21+${turn})+7*sin(${x}/9-${turn})))`,
        `st(1,(0.72+0.28*sin(${x}/2.7+5*sin(${x}/33+${turn})))*exp(-ld(0)*ld(0)/if(lt(ld(0),0),1936,81)))`,
        `st(2,${y}-(128+10*sin(${x}/16-${turn}+1)+5*sin(${x}/7+2*${turn})))`,
        `st(3,0.6*(0.75+0.25*sin(${x}/2.3+2))*exp(-ld(2)*ld(2)/if(lt(ld(2),0),1156,49)))`,
        `0.1*${y}/256+0.72*ld(1)+0.5*ld(3)`,
      ].join(';'),
      [
        [0, '#070b24'],
        [0.1, '#101d44'],
        [0.35, '#15606e'],
        [0.65, '#2fd08b'],
        [0.9, '#b6ffc9'],
        [1, '#f2fff0'],
      ],
    ),
    layer('#ffffff', `lt(Y,H*0.62)*gt(${hash('X', 'Y', 3)},0.9988)*(0.4+0.6*${hash('X', 'Y', 5)})`),
    layer('#0a1230', edge(`Y-(${ridge(0.72, 0.045, 2, 0.7)}+H*0.012*sin(X/7))`)),
    layer(
      '#04081a',
      edge(`Y-(${ridge(0.83, 0.03, 3, 2.1)}+9*abs(sin(X/6))*${hash('floor(X/19)', '1', 2)})`),
    ),
  ),
  sunset: stack(
    sky('#2a1a5e', '#e8505b', '#ffc27a', 0.42),
    layer('#fff1c1', `0.55*exp(-pow(hypot(X-W/2,Y-H*0.5)/(W*0.34),2))`),
    layer('#fff4d2', edge('W*0.17-hypot(X-W/2,Y-H*0.5)')),
    [
      field(
        [
          `st(0,${y})`,
          `st(1,exp(-pow((${x}-72)/(9+ld(0)/2.2),2)))`,
          `st(2,0.5+0.5*sin(34*log(ld(0)+9)+${turn}+1.5*sin(${x}/9+${turn})))`,
          `st(3,0.5+0.5*sin(21*log(ld(0)+6)+2*${turn}+${x}/13))`,
          '0.12+0.3*(1-ld(0)/110)*(0.6+0.4*ld(3))+0.6*ld(1)*ld(2)',
        ].join(';'),
        [
          [0, '#170f3a'],
          [0.3, '#5b2462'],
          [0.55, '#d9515a'],
          [0.8, '#ffb36b'],
          [1, '#fff0c4'],
        ],
        0.4,
      ),
      'y=H*0.6',
    ],
    [layer('#150b2c', boat()), `y=${sway(10)}`],
  ),
  hills: stack(
    sky('#8fd3f4', '#d4f1e4', '#fff3d6', 0.45),
    layer('#fff7cf', edge('W*0.11-hypot(X-W*0.7,Y-H*0.2)')),
    `${layer('#ffffff', `0.9*${cloud()}`)},${drift(0.5, 0)}`,
    `${layer('#a9d6c5', edge(`Y-(${ridge(0.5, 0.014, 4)})`))},${drift(0.25, 0)}`,
    `${layer('#6fb79f', edge(`Y-(${ridge(0.6, 0.02, 3, 1.3)})`))},${drift(1 / 3, 0)}`,
    `${layer('#3c8d7d', edge(`Y-(${ridge(0.72, 0.026, 2, 0.4)}-${pines(14, 12)})`))},${drift(0.5, 0)}`,
    `${layer('#1f5f5b', edge(`Y-(${ridge(0.86, 0.03, 1, 2)}-${pines(30, 24)})`))},${drift(1, 0)}`,
  ),
  bokeh: stack(
    sky('#0d1026', '#31204f', '#7b2d54', 0.55),
    `${layer('#ffb15c', `0.5*${strewn(80, 4, 26, 3, 1)}`)},${drift(0, 0.5)}`,
    `${layer('#ff5d8f', `0.5*${strewn(64, 5, 17, 2, 9)}`)},${drift(0, 0.5)}`,
    `${layer('#6ee7ff', `0.55*${strewn(128, 5, 40, 4, 21)}`)},${drift(0, 1)}`,
  ),
  petals: stack(
    sky('#bfe3f7', '#fde6ee', '#ffd0dc', 0.5),
    layer('#ffffff', `0.7*exp(-pow(hypot(X-W*0.3,Y-H*0.18)/(W*0.5),2))`),
    `${layer('#f7a8c0', strewn(40, 8, 5, 2, 4))},${drift(0, -0.5)}`,
    `${layer('#f27ca2', strewn(64, 5, 9, 3, 14))},${drift(0, -0.5)}`,
    `${layer('#ffd9e4', strewn(128, 5, 16, 6, 33))},${drift(0, -1)}`,
  ),
  lava: field(
    `0.42*(${[
      ball(50, 128, 20, 92, 1, 0, 30),
      ball(94, 120, 14, 100, 1, 2.2, 26),
      ball(72, 140, 30, 70, 1, 4.1, 22),
      ball(40, 200, 10, 44, 2, 1.1, 17),
      ball(104, 60, 12, 40, 2, 3.3, 17),
    ].join('+')})+0.1*${y}/256`,
    [
      [0, '#1b0b3b'],
      [0.3, '#5a1a78'],
      [0.42, '#c22e86'],
      [0.45, '#ff5d62'],
      [0.7, '#ffa24c'],
      [1, '#fff0a8'],
    ],
  ),
  mandala: field(
    [
      `st(0,hypot(${x}-72,${y}-128)+1);st(1,atan2(${y}-128,${x}-72))`,
      `st(2,sin(8*ld(1)+1.4*sin(ld(0)/14-${turn})))`,
      // Towards the middle its lines are finer than the pixels that it is computed for.
      `0.7+clip((ld(0)-4)/24,0,1)*(-0.2+0.27*sin(ld(0)/7-2*${turn}+1.6*ld(2))+0.2*sin(12*ld(1)-ld(0)/18+${turn}))`,
    ].join(';'),
    [
      [0, '#10163a'],
      [0.25, '#3a2a86'],
      [0.45, '#b03a9b'],
      [0.62, '#ff7a6b'],
      [0.82, '#ffd07a'],
      [1, '#fffbe3'],
    ],
  ),
  vinyl: stack(
    sky('#f6d365', '#fda085', '#d9625b', 0.5),
    layer('#7a2f35', `0.45*${edge('W*0.43-hypot(X-W*0.52,Y-H*0.475)', 14)}`),
    `${record()},rotate=a='4*PI*t/${periodSeconds}':ow=iw:oh=ih:c=none`,
    layer('#fff6e6', tonearm()),
  ),
  ocean: stack(
    sky('#fceabb', '#8ee4dc', '#35a7c2', 0.4),
    layer('#ffffff', edge('W*0.1-hypot(X-W*0.28,Y-H*0.17)')),
    [
      `${layer('#35b6c9', edge(`Y-(${ridge(0.36, 0.018, 3)})`))},${drift(1 / 3, 0)}`,
      `y=${sway(12)}`,
    ],
    [
      `${layer('#1f93b8', edge(`Y-(${ridge(0.47, 0.022, 2, 1)})`))},${drift(-0.5, 0)}`,
      `y=${sway(12, 1)}`,
    ],
    [
      `${layer('#14709c', edge(`Y-(${ridge(0.59, 0.024, 2, 2)})`))},${drift(0.5, 0)}`,
      `y=${sway(14, 2)}`,
    ],
    [
      `${layer('#0d4f7c', edge(`Y-(${ridge(0.72, 0.026, 1, 0)})`))},${drift(-1, 0)}`,
      `y=${sway(14, 3)}`,
    ],
    [
      `${layer('#08355c', edge(`Y-(${ridge(0.86, 0.028, 1, 2)})`))},${drift(1, 0)}`,
      `y=${sway(10, 4)}`,
    ],
  ),
  city: stack(
    sky('#0b1033', '#3b2a6b', '#f08a74', 0.62),
    layer('#fdf3d0', edge('W*0.09-hypot(X-W*0.74,Y-H*0.16)')),
    layer('#ffffff', `lt(Y,H*0.5)*gt(${hash('X', 'Y', 8)},0.9985)`),
    `${layer('#4a3a7d', edge(`Y-H*(0.62-0.2*${hash('mod(floor(X/24),5)', '1', 3)})`))},${drift(1 / 3, 0)}`,
    `${houses('#251c4e', 36, 0.74, 0.24, 7, 5)},${drift(0.5, 0)}`,
    `${houses('#120d2e', 60, 0.9, 0.26, 2, 6)},${drift(1, 0)}`,
  ),
  tunnel: field(
    [
      `st(0,log(hypot(${x}-72,${y}-128)+2));st(1,atan2(${y}-128,${x}-72))`,
      `st(2,sin(9*ld(0)-2*${turn}+2*sin(3*ld(1)+${turn})))`,
      `st(3,sin(5*ld(1)+4*ld(0)-${turn}))`,
      '(0.5+0.3*ld(2)+0.2*ld(3))*clip((ld(0)-0.9)/2.4,0,1)',
    ].join(';'),
    [
      [0, '#03030c'],
      [0.2, '#0c1f5c'],
      [0.45, '#2457d6'],
      [0.6, '#23c4ff'],
      [0.8, '#b9f5ff'],
      [1, '#ffffff'],
    ],
  ),
  breath: field(
    [
      `st(0,hypot(${x}-72,${y}-128));st(1,atan2(${y}-128,${x}-72))`,
      `st(2,40+14*sin(${turn}-PI/2)+3*sin(6*ld(1)+${turn}))`,
      `0.92-0.24*clip((ld(0)-ld(2))/2+0.5,0,1)-0.22*clip((ld(0)-ld(2)*1.35)/2+0.5,0,1)-0.2*clip((ld(0)-ld(2)*1.75)/2+0.5,0,1)-0.12*${y}/256`,
    ].join(';'),
    [
      [0, '#123a4a'],
      [0.2, '#1d6670'],
      [0.38, '#3aa197'],
      [0.6, '#8fd8b4'],
      [0.8, '#e6f6c9'],
      [1, '#fffdf0'],
    ],
  ),
}
