import { Type as t } from '@sinclair/typebox'
import { contract } from '../../http/endpoint/contract.ts'
import { newPassword } from '../model.ts'

const { password: secret } = newPassword.properties

export const password = contract({
  tag: '基础接口',
  summary: { zh: '修改密码', en: 'Change the password' },
  description: {
    zh: '需要原密码；成功后其他设备的会话全部结束，本设备保持登录。公开接口之外。',
    en: 'Takes the present password; ends the sessions of all other devices, and this one stays logged in. Beyond the published API.',
  },
  access: 'required',
  group: 'write',
  params: t.Object({
    old_password: t.String({
      ...secret,
      about: { zh: '原密码', en: 'The present password' },
    }),
    new_password: t.String({
      ...secret,
      about: { zh: '新密码，最长 32 个字符', en: 'The new password, at most 32 characters' },
      examples: ['battery-staple-17'],
    }),
  }),
})

const time = (about: { zh: string; en: string }) =>
  t.Integer({ minimum: 0, about, examples: [1_700_000_000_000] })

/** A device on which somebody is logged in. */
export const Session = t.Object(
  {
    id: t.String({
      about: {
        zh: '会话id，用于 `/douyin/user/logout/`；不是 token',
        en: 'Id of the session, for `/douyin/user/logout/`; it is no token',
      },
      examples: ['9f86d081884c7d65'],
    }),
    create_time: time({ zh: '登录时间，Unix 毫秒', en: 'When it was logged in, Unix ms' }),
    last_seen: time({
      zh: '最近使用时间，Unix 毫秒，精确到一小时',
      en: 'When it was last used, Unix ms, to the hour',
    }),
    is_current: t.Boolean({
      about: { zh: '是否本次请求的会话', en: 'Whether it is the session of this request' },
    }),
  },
  { title: 'Session' },
)

export const sessions = contract({
  tag: '基础接口',
  summary: { zh: '登录的设备', en: 'Sessions' },
  description: {
    zh: '自己在哪些设备上登录，最近使用的在前，最多 50 个。公开接口之外。',
    en: 'The devices that you are logged in on, the last used first, at most 50. Beyond the published API.',
  },
  access: 'required',
  response: t.Object({ session_list: t.Array(Session) }),
})
