import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Id, Text } from '../http/endpoint/fields.ts'

export const action = contract({
  tag: '社交接口',
  summary: { zh: '举报', en: 'Report' },
  description: {
    zh: '请管理员查看视频、评论或用户；对同一对象再次举报则更新理由。每人最多有 100 条待处理的举报。公开接口之外。',
    en: 'Asks the operator to look at a video, a comment or a user; of the same thing again it changes the reason. At most 100 of one user may be open. Beyond the published API.',
  },
  access: 'required',
  group: 'write',
  params: t.Object({
    target_type: t.Integer({
      enum: [1, 2, 3],
      about: { zh: '1：视频，2：评论，3：用户', en: '1: video, 2: comment, 3: user' },
      examples: [1],
    }),
    target_id: Id({ zh: '被举报对象的id', en: 'Id of what is reported' }),
    reason: Text(200, {
      about: { zh: '理由，1–200 个字符', en: 'Why, in 1 to 200 characters' },
      example: { zh: '广告', en: 'It is an advertisement' },
      trim: true,
    }),
  }),
})
