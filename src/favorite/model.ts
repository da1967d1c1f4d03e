import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Action, Id } from '../http/endpoint/fields.ts'
import { whose } from '../user/model.ts'
import { videoList } from '../video/model.ts'

export const action = contract({
  tag: '互动接口',
  summary: { zh: '赞操作', en: 'Like' },
  description: {
    zh: '点赞或取消点赞；重复操作与操作一次相同。',
    en: 'Likes a video or takes the like back; doing either twice is doing it once.',
  },
  access: 'required',
  group: 'write',
  params: t.Object({
    video_id: Id({ zh: '视频id', en: 'Id of the video' }),
    action_type: Action({ zh: '点赞', en: 'like' }, { zh: '取消点赞', en: 'take it back' }),
  }),
})

export const list = contract({
  tag: '互动接口',
  summary: { zh: '喜欢列表', en: 'Likes of a user' },
  description: {
    zh: '用户点赞的视频，最近点赞的在前；不填 `user_id` 则为自己。',
    en: 'What a user likes, newest like first; oneself without `user_id`.',
  },
  access: 'optional',
  params: whose,
  response: t.Object(videoList),
})
