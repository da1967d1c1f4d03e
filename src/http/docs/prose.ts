import { type Bilingual, errorRows, type Language } from '../../errors.ts'

/** The groups of the API, in the order of the page. */
export const tags: readonly { name: Bilingual; description: Bilingual }[] = [
  {
    name: { zh: '基础接口', en: 'Basics' },
    description: { zh: '用户、视频流、投稿', en: 'Users, feed, publishing' },
  },
  {
    name: { zh: '互动接口', en: 'Interaction' },
    description: { zh: '点赞与评论', en: 'Likes and comments' },
  },
  {
    name: { zh: '社交接口', en: 'Social' },
    description: { zh: '关注与好友', en: 'Follows and friends' },
  },
  {
    name: { zh: '消息', en: 'Messages' },
    description: {
      zh: '聊天：轮询，或由 WebSocket 推送',
      en: 'Chat: polled, or pushed over a WebSocket',
    },
  },
  {
    name: { zh: '服务', en: 'Server' },
    description: { zh: '关于服务器本身', en: 'About the server itself' },
  },
]

/** The group of a contract, which says its Chinese name. */
export const tagOf = (zh: string): Bilingual =>
  tags.find(({ name }) => name.zh === zh)?.name ?? { zh, en: zh }

/** Where a token comes from and how it is sent. */
export const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: {
      zh: '注册或登录返回的 `token`。',
      en: 'The `token` that register or login returns.',
    },
  },
  token: {
    type: 'apiKey',
    in: 'query',
    name: 'token',
    description: {
      zh: '同一个 `token` 作为参数，与公开接口一致；在正文中也可以。新客户端请用 `Authorization`：网址会留在日志里。',
      en: 'The same `token` as a parameter, as the published API has it; in a body it will do too. New clients better use `Authorization`: addresses stay in logs.',
    },
  },
} as const

/** The text above the endpoints: the rules that hold for all of them, and the table of codes. */
export const description = (): Bilingual => ({
  zh: `
公开的极简抖音 API，以及公开接口之外的一些接口（各自注明）。

- 每个路径带不带末尾斜杠都可以。GET 的参数在查询串中；POST 的参数可用 JSON、urlencoded 或 multipart 正文，也可像公开接口那样放在查询串中。密码请放在正文里。
- 带锁的接口需要 \`token\`：由注册或登录返回，作为 \`Authorization: Bearer\` 或参数 \`token\` 发送。其中视频流、搜索、单个视频、他人的资料以及作品、喜欢、评论、关注、粉丝列表不带 token 也能读取。无效的 token 得到 1005，只有视频流除外：它照常显示所有人可见的内容。
- 响应为 HTTP 200，\`status_code\` 为 0 表示成功；否则为其他状态码和 \`status_msg\`，默认中文，\`Accept-Language\` 优先英文时为英文。只有传输失败才有自己的 HTTP 状态。
- id 是小于 2^53 的正整数。列表可用 \`limit\` 和 \`cursor\` 分页；不填则返回全部，只有搜索总是分页。

<details><summary>全部状态码</summary>

花括号处填入具体内容；方括号里的部分只在知道内容时出现。

${codeTable('zh')}

</details>
`,
  en: `
The published 极简抖音 API, and some calls beyond it, which say so.

- Every path works with and without a trailing slash. A GET takes its parameters in the query; a POST in a body of JSON, urlencoded or multipart, or in the query like the published API. Passwords belong in the body.
- Calls with a lock take a \`token\`: register and login return it, and it is sent as \`Authorization: Bearer\` or as the parameter \`token\`. The feed, the search, single videos, other people's profiles and the lists of works, likes, comments, follows and followers are also for those who have none. One that isn't valid is refused with 1005, but by the feed, which shows it what anybody sees.
- A response is HTTP 200 with \`status_code\` 0, or another code and a \`status_msg\` in Chinese, in English if \`Accept-Language\` prefers it. Only failures of transport have an HTTP status of their own.
- Ids are positive numbers below 2^53. Lists may be paged with \`limit\` and \`cursor\`; without them they are whole, but for the search, which is always paged.

<details><summary>All status codes</summary>

What is in braces is filled in; a part in brackets is there only if what it tells is known.

${codeTable('en')}

</details>
`,
})

function codeTable(language: Language): string {
  const rows = errorRows().map((row) => `| ${row.status} | ${row.http} | ${row[language]} |`)
  return ['| status_code | HTTP | status_msg |', '| --- | --- | --- |', ...rows].join('\n')
}
