import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Action, Id } from '../http/endpoint/fields.ts'
import { whose } from '../user/model.ts'
import { videoList } from '../video/model.ts'

export const action = contract({
  tag: '互动接口',
  summary: '赞操作',
  description: 'Likes a video or takes the like back; doing either twice is doing it once.',
  access: 'required',
  group: 'write',
  params: t.Object({ video_id: Id('视频id'), action_type: Action('点赞', '取消点赞') }),
})

export const list = contract({
  tag: '互动接口',
  summary: '喜欢列表',
  description: 'What a user likes, newest like first; oneself without `user_id`.',
  access: 'optional',
  params: whose,
  response: t.Object(videoList),
})
