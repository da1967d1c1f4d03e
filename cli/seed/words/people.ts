import type { Random } from '../random.ts'
import { list } from './list.ts'

// Names and signatures put together from these lists; nobody is meant.

const traits = list(`
  爱发呆 / 晒太阳 / 不吃香菜 / 追风 / 会拍照 / 爱喝汤 / 早起 / 熬夜 / 慢半拍 / 数星星
  学做饭 / 骑单车 / 爱下雨天 / 写信 / 种番茄 / 散步 / 路过 / 迷路 / 打盹 / 听雨
  收集落叶 / 看云 / 背着书包 / 哼歌 / 爱吃面 / 不想上班 / 修自行车 / 等公交 / 画画 / 弹吉他
`)
const beings = list(`
  海獭 / 橘猫 / 小熊 / 企鹅 / 狐狸 / 松鼠 / 白鹭 / 刺猬 / 鲸鱼 / 柴犬 / 水豚 / 麻雀
  土豆 / 汤圆 / 包子 / 柠檬 / 西瓜 / 年糕 / 豆浆 / 核桃 / 桂花 / 薄荷 / 青团 / 栗子
`)
const places = list(
  '南山 / 海边 / 巷口 / 屋顶 / 月台 / 渡口 / 老街 / 湖心 / 北岸 / 山脚 / 码头 / 院子',
)
const sights = list(`
  小卖部 / 照相馆 / 修理铺 / 灯塔 / 风铃 / 晚霞 / 书店 / 秋千 / 电台 / 茶摊 / 雨季 / 日记
`)
const moods = list('quiet / sunny / lazy / brave / tiny / mellow / rusty / polite / dizzy / salty')
const animals = list(`
  otter / heron / lemon / walnut / comet / kettle / badger / pixel / noodle / maple
`)
const signatures = list(`
  今天也要好好吃饭 / 拍点身边的小事 / 慢慢来，比较快 / 记录四季和一只猫 / 只在周末更新
  爱生活，也爱夜宵 / 不会剪辑，将就看 / 路上见 / 一个普通人的普通一天 / 相机比我忙
  努力把日子过成喜欢的样子 / 风大的时候就去放风筝 / 偶尔唱歌，经常跑调 / 喜欢就点个赞吧
  正在学着早睡 / 山高水长，慢慢走 / 今天的云也很好看 ☁️ / 有问必答，除了体重
  Filming small things / Made with too much coffee ☕ / One clip a week, maybe
  Hello from the rooftop
`)

/** A name such as 爱发呆的海獭, 巷口照相馆 or quiet_otter27; not always a new one. */
export function inventName(random: Random): string {
  const kind = random.next()
  const number = random.chance(0.35) ? String(random.below(98) + 2) : ''
  if (kind < 0.55) return `${random.pick(traits)}的${random.pick(beings)}${number}`
  if (kind < 0.8) return `${random.pick(places)}${random.pick(sights)}${number}`
  return `${random.pick(moods)}_${random.pick(animals)}${number}`
}

/** A line about oneself; some have none. */
export function inventSignature(random: Random): string {
  return random.chance(0.25) ? '' : random.pick(signatures)
}
