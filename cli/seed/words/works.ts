import type { Random } from '../random.ts'
import { list } from './list.ts'

const tags = list(`
  #日常 / #记录生活 / #周末去哪儿 / #治愈 / #随手拍 / #下班以后 / #第一次发视频 / #慢生活
  #每天一条 / #颜色 / #配乐自己弹的 / #smallthings
`)

const remarks = list(`
  好看！ / 太治愈了 / 看了三遍 / 配乐是什么呀？ / 颜色绝了 / 这也太好看了吧 😍 / 保存了
  求教程 / 同款心情 / 哈哈哈哈 / 第一！ / 来晚了 / 好安静，喜欢 / 深夜刷到的 / 看困了 😴
  我奶奶也说好看 / 这是在哪里拍的 / 手机壁纸 get / 加油，继续更新！ / 每天都来看一眼
  有种说不出的舒服 / 声音开大一点更好 / 被封面骗进来的，不后悔 / 想家了 / 转给朋友了
  刚好下班看到 / 这个节奏好舒服 / 原来还可以这样 / 已经在循环了 / 谁懂啊 / +1 / 👍👍👍 / ❤️
  前排占座 / 拍得真好，学到了 / 我的猫也盯着看 / 眼睛舒服了 / 下次拍长一点嘛 / 期待下一条
  So calming / Love this ✨ / What is that tune? / More please! / Watched it on repeat / wow
`)

/** One of a clip's own titles, often with a tag or two. */
export function inventTitle(titles: readonly string[], random: Random): string {
  const amount = random.below(3)
  const chosen = new Set(Array.from({ length: amount }, () => random.pick(tags)))
  return [random.pick(titles), ...chosen].join(' ')
}

/** What somebody writes under a video. */
export const inventRemark = (random: Random): string => random.pick(remarks)
