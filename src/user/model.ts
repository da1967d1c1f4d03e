import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Count, Id, paging } from '../http/endpoint/fields.ts'

/** A user in every response. */
export const User = t.Object(
  {
    id: Id('用户id'),
    name: t.String({ description: '用户名称', examples: ['小明'] }),
    follow_count: Count('关注总数'),
    follower_count: Count('粉丝总数'),
    is_follow: t.Boolean({ description: 'true-已关注，false-未关注' }),
    avatar: t.String({ format: 'uri', description: '用户头像 URL' }),
    background_image: t.String({ format: 'uri', description: '个人页顶部大图 URL' }),
    signature: t.String({ description: '个人简介' }),
    total_favorited: Count('获赞数量'),
    work_count: Count('作品数量'),
    favorite_count: Count('点赞数量'),
  },
  { title: 'User' },
)

/** The parameters of a list that belongs to a user, oneself without `user_id`. */
export const whose = t.Object({ user_id: t.Optional(Id('用户id')), ...paging })

// A name is shown in lists and logs: no invisible characters, none that change the direction of text.
// Without classes such as `\p{Cc}`, which few readers of the API's document understand.
const visible =
  '^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]+$'

/** Beside those, what only reorders or annotates text: nobody had to be kept from logging in by it. */
const registrable = visible.replace(']+$', '\\u061c\\ufff9-\\ufffb]+$')

const password = t.String({
  minLength: 1,
  maxLength: 32,
  raw: true,
  description: '密码，最长 32 个字符',
  examples: ['correct-horse-42'],
})

const credentials = (pattern: string) =>
  t.Object({
    username: t.String({
      minLength: 1,
      maxLength: 32,
      pattern,
      trim: true,
      description: '用户名，最长 32 个字符',
      examples: ['小明'],
    }),
    password,
  })

/** The rules for a password, wherever one is set. */
export const newPassword = t.Object({ password })

const loggedIn = t.Object({
  user_id: Id('用户id'),
  token: t.String({ description: '用户鉴权token' }),
})

export const register = contract({
  tag: '基础接口',
  summary: '用户注册',
  description:
    'Makes a user; the name must be free. It is shown as typed, and compared without regard to case, width and invisible characters (RFC 8265), so `Alice` and `alice` are one.',
  access: 'none',
  group: 'own',
  params: credentials(registrable),
  response: loggedIn,
})

export const login = contract({
  tag: '基础接口',
  summary: '用户登录',
  description:
    'Starts a session on this device; others stay logged in. A user has at most 50: one more ends the one that was used longest ago. A session ends after 30 days without use, and a year after its login.',
  access: 'none',
  group: 'own',
  params: credentials(visible),
  response: loggedIn,
})

export const profile = contract({
  tag: '基础接口',
  summary: '用户信息',
  description: 'A user by `user_id` or, beyond the published API, by `name`; oneself without both.',
  access: 'required',
  params: t.Object({
    user_id: t.Optional(Id('用户id')),
    name: t.Optional(
      t.String({
        ...{ maxLength: 32, trim: true, usedWith: { user_id: null } },
        description: '用户名称，没有 user_id 时使用',
      }),
    ),
  }),
  response: t.Object({ user: User }),
})
