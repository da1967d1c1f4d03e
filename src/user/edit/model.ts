import { Type as t } from '@sinclair/typebox'
import type { FilePart } from '../../http/docs/operation.ts'
import { contract } from '../../http/endpoint/contract.ts'
import { newName, User } from '../model.ts'

// Lines may end; nothing else that is invisible, or that changes the direction of what follows.
const shown =
  '^[^\\u0000-\\u0009\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]*$'

export const update = contract({
  tag: '基础接口',
  summary: { zh: '修改个人资料', en: 'Edit the profile' },
  description: {
    zh: '修改自己的名称、个人简介、头像和主页顶部大图；未填的保持不变，`signature` 为空则清除简介。名称的规则与注册时相同，此后以新名称登录。图片为 JPEG、PNG 或 WebP，每张最大 10MB、2500 万像素，缩小并重新编码后保存（不含拍摄信息），旧图随即删除。`token` 须在图片之前（请求头、查询参数或表单中靠前的部分）。公开接口之外。',
    en: 'Changes your name, signature, avatar and background; what is absent stays, and an empty `signature` clears it. A name has to be as one to register with, and from then on you log in with it. Pictures are JPEG, PNG or WebP of at most 10 MB and 25 million pixels each; they are made smaller and encoded anew, without what cameras note in them, and the old ones are removed. The `token` comes before the pictures: in the header, the query or an earlier part. Beyond the published API.',
  },
  access: 'required',
  group: 'write',
  needsOne: true,
  example: { signature: { zh: '住在海边，拍点日常', en: 'Living by the sea' } },
  params: t.Object({
    name: t.Optional(
      t.String({
        ...newName,
        about: { zh: '新的用户名，最长 32 个字符', en: 'The new name, at most 32 characters' },
      }),
    ),
    signature: t.Optional(
      t.String({
        maxLength: 200,
        pattern: shown,
        trim: true,
        about: {
          zh: '个人简介，最长 200 个字符',
          en: 'A few words about yourself, at most 200 characters',
        },
        examples: [{ zh: '住在海边，拍点日常', en: 'Living by the sea' }],
      }),
    ),
  }),
  response: t.Object({ user: User }),
})

/** The fields of the pictures, and the largest side of what is kept of each. */
export const pictureParts = [
  { name: 'avatar', about: { zh: '头像', en: 'Avatar' }, required: false },
  {
    name: 'background_image',
    about: { zh: '个人页顶部大图', en: 'Picture at the top of the profile' },
    required: false,
  },
] as const satisfies readonly FilePart[]
