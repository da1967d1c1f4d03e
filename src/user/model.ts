import { Type as t } from '@sinclair/typebox'
import { contract } from '../http/endpoint/contract.ts'
import { Count, Id, paging, Url } from '../http/endpoint/fields.ts'

/** A user in every response. */
export const User = t.Object(
  {
    id: Id({ zh: '用户id', en: 'Id of the user' }),
    name: t.String({
      about: { zh: '用户名称', en: 'Name of the user' },
      examples: [{ zh: '小明', en: 'alice' }],
    }),
    follow_count: Count({ zh: '关注总数', en: 'How many the user follows' }, 56),
    follower_count: Count({ zh: '粉丝总数', en: 'How many follow the user' }, 1024),
    is_follow: t.Boolean({
      about: { zh: 'true-已关注，false-未关注', en: 'Whether you follow the user' },
    }),
    avatar: Url({ zh: '用户头像 URL', en: 'Avatar' }, '/avatars/1.png'),
    background_image: Url(
      { zh: '个人页顶部大图 URL', en: 'Picture at the top of the profile' },
      '/backgrounds/1.jpg',
    ),
    signature: t.String({
      about: { zh: '个人简介', en: 'A few words about the user' },
      examples: [{ zh: '住在海边，拍点日常', en: 'Living by the sea' }],
    }),
    total_favorited: Count({ zh: '获赞数量', en: 'Likes of the works' }, 4096),
    work_count: Count({ zh: '作品数量', en: 'Works' }, 18),
    favorite_count: Count({ zh: '点赞数量', en: 'Videos that the user likes' }, 73),
  },
  { title: 'User' },
)

/** The parameters of a list that belongs to a user, oneself without `user_id`. */
export const whose = t.Object({
  user_id: t.Optional(Id({ zh: '用户id', en: 'Id of the user' })),
  ...paging,
})

// A name is shown in lists and logs: no invisible characters, none that change the direction of text.
// Without classes such as `\p{Cc}`, which few readers of the API's document understand.
const hidden =
  '\\u0000-\\u001f\\u007f-\\u009f\\u2028\\u2029\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069'
const visible = `^[^${hidden}]+$`

/**
 * Beside those, what only reorders or annotates text, and what is no character. Older names may have
 * them, so logging in takes them.
 */
const refused = `${hidden}\\u061c\\ufdd0-\\ufdef\\ufff9-\\ufffb\\ufffe\\uffff`

/** Nothing can be seen of these: a name has something else, too. */
const unseen =
  '\\s\\u00ad\\u034f\\u0600-\\u0605\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufff8'

const registrable = `^[^${refused}]*[^${refused}${unseen}][^${refused}]*$`

const password = t.String({
  minLength: 1,
  maxLength: 32,
  raw: true,
  about: { zh: '密码，最长 32 个字符', en: 'Password, at most 32 characters' },
  examples: ['correct-horse-42'],
})

const userName = (pattern: string) =>
  t.String({
    minLength: 1,
    maxLength: 32,
    pattern,
    trim: true,
    about: { zh: '用户名，最长 32 个字符', en: 'Name, at most 32 characters' },
    examples: [{ zh: '小明', en: 'alice' }],
  })

/** The rules for a name that is taken. */
export const newName = userName(registrable)

/** A password that is set: older ones may have control characters, so logging in takes them. */
const settable = { ...password, pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$' }

/** The rules for a password, wherever one is set. */
export const newPassword = t.Object({ password: settable })

const loggedIn = t.Object({
  user_id: Id({ zh: '用户id', en: 'Id of the user' }),
  token: t.String({
    about: { zh: '用户鉴权token', en: 'Stands for the user from here on' },
    examples: ['XgQ8w5vYb2hN0kR7tLs3uM9cJe1aPdZf'],
  }),
})

export const register = contract({
  tag: '基础接口',
  summary: { zh: '用户注册', en: 'Register' },
  description: {
    zh: '新建用户；用户名不能已被注册。名称按输入显示，比较时不区分大小写、全半角，并忽略不可见字符（RFC 8265），因此 `Alice` 与 `alice` 相同。',
    en: 'Makes a user; the name must be free. It is shown as typed, and compared without regard to case, width and invisible characters (RFC 8265), so `Alice` and `alice` are one.',
  },
  access: 'none',
  group: 'own',
  params: t.Composite([
    t.Object({ username: newName, password: settable }),
    t.Object({
      invite: t.Optional(
        t.String({
          maxLength: 64,
          about: {
            zh: '邀请码，仅在服务器只接受邀请注册时需要',
            en: 'Invite code, where the server takes nobody without one',
          },
          examples: ['7kq2m-x9dhe-4tnpa-c3wvz'],
        }),
      ),
    }),
  ]),
  response: loggedIn,
})

export const login = contract({
  tag: '基础接口',
  summary: { zh: '用户登录', en: 'Log in' },
  description: {
    zh: '在此设备上登录；其他设备不受影响。每位用户最多 50 个会话：再多一个，最久未用的会话即结束。会话 30 天未用或登录满一年后结束。',
    en: 'Starts a session on this device; others stay logged in. A user has at most 50: one more ends the one that was used longest ago. A session ends after 30 days without use, and a year after its login.',
  },
  access: 'none',
  group: 'own',
  params: t.Object({ username: userName(visible), password }),
  response: loggedIn,
})

export const logout = contract({
  tag: '基础接口',
  summary: { zh: '退出登录', en: 'Log out' },
  description: {
    zh: '结束该 token 的会话及其聊天连接；其他设备不受影响。填写 `session_id` 则改为结束自己的那一个会话。公开接口之外。',
    en: 'Ends the session of the token, and its chat sockets; other devices stay logged in. With `session_id` it ends that one of your sessions instead. Beyond the published API.',
  },
  access: 'required',
  group: 'own',
  params: t.Object({
    session_id: t.Optional(
      t.String({
        maxLength: 64,
        about: {
          zh: '`/douyin/user/sessions/` 中的会话 id；不填为本会话',
          en: 'Id of a session in `/douyin/user/sessions/`; absent: this one',
        },
      }),
    ),
  }),
})

export const profile = contract({
  tag: '基础接口',
  summary: { zh: '用户信息', en: 'User' },
  description: {
    zh: '按 `user_id` 查询用户；也可按 `name` 查询（公开接口之外）；都不填则为自己。无需登录即可查询他人。',
    en: 'A user by `user_id` or, beyond the published API, by `name`; oneself without both. Others can be seen without a token.',
  },
  access: 'optional',
  params: t.Object({
    user_id: t.Optional(Id({ zh: '用户id', en: 'Id of the user' })),
    name: t.Optional(
      t.String({
        ...{ maxLength: 32, trim: true, usedWith: { user_id: [null] } },
        about: { zh: '用户名称，没有 user_id 时使用', en: 'Name of the user, without user_id' },
      }),
    ),
  }),
  response: t.Object({ user: User }),
})
