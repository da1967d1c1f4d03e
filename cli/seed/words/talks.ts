import type { Random } from '../random.ts'
import { list } from './list.ts'

/** Short talks; the two take turns. */
const talks = [
  '在吗？ / 在的，怎么啦 / 周末一起去拍视频吗 / 好呀，几点？ / 下午三点，老地方 / 没问题 👌',
  '你新发的那条太好看了 / 哈哈谢谢！ / 怎么拍的呀 / 就用手机，阳台上 / 学到了',
  '吃了吗 / 刚煮了面 / 放香菜了吗 / 放了…… / 那算了 😂',
  '明天会下雨吗 / 天气预报说会 / 那改天再骑车吧 / 好，等天晴',
  '生日快乐！🎂 / 哇你居然记得 / 必须的 / 晚上请你喝奶茶 / 成交',
  '那首曲子叫什么 / 我自己弹的 / 真的假的 / 真的，就八个音 / 厉害了',
  '到家了说一声 / 到啦 / 早点睡 / 晚安 🌙',
  '借我一下三脚架 / 行，放门口了 / 谢谢，周一还你 / 不急',
  '你看昨天的晚霞了吗 / 看了，拍了二十多张 / 发我几张 / 晚上整理好发你 / 等你 😊',
  '新店开了，在巷口 / 卖什么的 / 手冲咖啡 / 走，现在就去',
  'Hey, are you back? / Since yesterday! / How was the sea? / Cold. And very blue. / Jealous 🌊',
  '第一条视频有人点赞了！ / 恭喜恭喜 / 才三个赞 / 里面有一个是我 🙋 / 好朋友',
  '我的猫又跑了 / 去屋顶找找 / 找到了，在晒太阳 / 我就说吧',
].map(list)

/** The lines of the next talk. */
export const nextTalk = (random: Random): readonly string[] => random.pick(talks)
