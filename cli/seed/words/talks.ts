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
  '楼下的桂花开了 / 闻到了，一开窗就是 / 晚上下去走走？ / 八点，电梯口见',
  '你推荐的那本书看完了 / 这么快！喜欢结尾吗 / 哭了，两次 / 我三次，不丢人',
  '面试怎么样 / 感觉还行，就是有点紧张 / 你可以的 / 结果周五出 / 周五一起吃火锅，不管结果',
  '钥匙忘带了 😭 / 你在哪 / 楼道里坐着 / 来我这儿，有热汤 / 马上到',
  '昨天那条是用什么剪的 / 手机自带的 / 转场好顺 / 其实就是手快',
  '番茄发芽了！ / 快拍一张 / 比芝麻还小 / 给它起个名字吧 / 叫二两',
  '跑步吗，今天凉快 / 刚吃完一碗面…… / 那一小时后 / 行，河边见 🏃',
  '地铁上有人在看你的视频 / 真的？！ / 笑出声了那种 / 今天值了',
  'Did you see the comments? / All three of them 😄 / Three nice ones, though / True. Posting again tonight',
  'Lunch tomorrow? / The noodle place? / Always the noodle place / 12:30, I will be hungry',
  '我妈注册了 / 她发了什么 / 阳台上的花，十二条 / 已全部点赞 🌼',
  '你睡了吗 / 没，怎么了 / 外面下雪了 / …… / 看到了，好大',
  '我的猫又跑了 / 去屋顶找找 / 找到了，在晒太阳 / 我就说吧',
].map(list)

/** All talks in an order of chance: nobody has the same one twice before all had their turn. */
export const shuffledTalks = (random: Random): (readonly string[])[] => random.shuffle([...talks])
