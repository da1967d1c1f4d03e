import { errorRows } from '../../errors.ts'

/** The groups of the API, in the order of the page. */
export const tags = [
  { name: '基础接口', description: 'Users, feed, publishing' },
  { name: '互动接口', description: 'Likes and comments' },
  { name: '社交接口', description: 'Follows and friends' },
  { name: '消息', description: 'Chat: polled, or pushed over a WebSocket' },
  { name: '服务', description: 'About the server itself' },
]

/** The text above the endpoints: the rules that hold for all of them, and the table of codes. */
export const description = (): string => `
The published 极简抖音 API.

- Every path works with and without a trailing slash. Parameters may come in the query, urlencoded, as multipart or as JSON.
- \`token\` comes from register or login, as a parameter or as \`Authorization: Bearer\`. One that isn't valid is refused with 1005, but by the feed, which shows it what anybody sees.
- A response is HTTP 200 with \`status_code\` 0, or another code and a \`status_msg\` in Chinese, in English if \`Accept-Language\` prefers it. Only failures of transport have an HTTP status of their own.
- Ids are positive numbers below 2^53. Lists may be paged with \`limit\` and \`cursor\`; without them they are whole.

<details><summary>All status codes</summary>

| status_code | HTTP | 中文 | English |
| --- | --- | --- | --- |
${errorRows()
  .map(({ status, http, zh, en }) => `| ${status} | ${http} | ${zh} | ${en} |`)
  .join('\n')}

</details>
`
