import type { TObject } from '@sinclair/typebox'
import type { Bilingual, ErrorCode, Language } from '../errors.ts'
import { operation } from '../http/docs/operation.ts'
import { envelope, refusal } from '../http/docs/schema.ts'
import { socket } from './model.ts'
import { clientFrames, serverFrames } from './socket/frames.ts'

type Frames = Readonly<Record<string, TObject>>

/** The frames as a table in Markdown. */
function frameTable(language: Language): string {
  const rows = (way: string, frames: Frames) =>
    Object.entries(frames).map(
      ([name, schema]) =>
        `| ${way} | \`${name}\` | ${fieldsOf(schema)} | ${schema.about[language]} |`,
    )
  const words = { zh: ['客户端', '服务器', '字段'], en: ['client', 'server', 'fields'] }
  const [client = '', server = '', fields = ''] = words[language]
  return [
    `| | \`type\` | ${fields} | |`,
    '| --- | --- | --- | --- |',
    ...rows(client, clientFrames),
    ...rows(server, serverFrames),
  ].join('\n')
}

/** What Swagger shows of the chat socket, all of it made of the contract and the frames' schemas. */
export function socketHooks(): object {
  const { detail } = operation(socket)
  const text = (language: Language) =>
    `${socket.description?.[language]}\n\n${frameTable(language)}\n\n${rules[language]}`
  return {
    detail: {
      ...detail,
      description: { zh: text('zh'), en: text('en') },
      responses: {
        101: {
          description: {
            zh: '连接已打开，随后是 `ready`。',
            en: 'The socket is open; `ready` follows.',
          },
          content: {
            'application/json;frames=client': { schema: oneOf('Client', clientFrames) },
            'application/json;frames=server': { schema: oneOf('Server', serverFrames) },
          },
        },
        401: refused({ zh: '没有有效的 token', en: 'No valid token' }, 'unauthorized'),
        426: refused(
          { zh: '不是 WebSocket 握手', en: 'Not a WebSocket handshake' },
          'upgrade_required',
        ),
      },
    },
  }
}

const refused = (description: Bilingual, code: ErrorCode) => ({
  description,
  content: { 'application/json': { schema: envelope, example: refusal(code) } },
})

const rules: Bilingual = {
  zh: `- token 可作为 \`Authorization: Bearer\`、\`token\`，或 \`douyin\` 之外的子协议发送（\`new WebSocket(url, ['douyin', token])\`）。任何站点的页面都可以连接：浏览器自动发送的内容都不是凭证。
- 重连后用已有的最新 id 发送 \`sync\`，按顺序补齐遗漏的消息，每条一次；URL 中的 \`after_id\` 作用相同，省一次往返。首次 \`sync\` 有半秒时间，此后消息直接推送。
- \`ack\` 表示已写入磁盘。没有收到 ack 的 \`send\` 可随时用同一 \`client_id\` 重发：ack 相同，只存一次。相同是指：同一用户、同一接收者、内容逐字一致。消息存在期间 \`client_id\` 一直代表它；换了接收者或内容则得到 6002 的 \`error\`，不会存储。
- \`synced\` 之前的 \`read\` 帧说明每个会话双方已读到何处；此后随读随到。
- 25 秒没有任何帧的客户端会收到 ping，55 秒仍无回应即断开。
- 关闭码：4401 会话已结束（一秒之内，此后不再有任何确认），1008 帧或连接过多，1009 帧超过 32 KiB，1013 客户端读取过慢（重连并 \`sync\`），1001 服务器停止。`,
  en: `- The token comes as \`Authorization: Bearer\`, as \`token\`, or as a subprotocol beside \`douyin\` (\`new WebSocket(url, ['douyin', token])\`). Pages of any site may connect: nothing that a browser sends by itself is a credential here.
- After a reconnect \`sync\` with the newest id at hand brings what was missed, in order and once; \`after_id\` in the URL does the same without a round trip. A first \`sync\` has half a second before messages are pushed without it.
- \`ack\` means on disk. A \`send\` whose ack did not come may be sent again with its \`client_id\` at any later time: the ack is the same and it is stored once. The same means: of this user, to the same receiver, with the same content, letter by letter. A \`client_id\` stands for its message as long as that is stored; with another receiver or content it gets an \`error\` of 6002, and nothing is stored.
- \`read\` frames before \`synced\` say how far each side of each conversation had read; later ones come as it happens.
- Who sends nothing for 25 s is pinged, and given up after 55 s without a reply.
- Close codes: 4401 the session ended (within a second, and nothing is acknowledged after it), 1008 too many frames or connections, 1009 a frame over 32 KiB, 1013 the client reads too slowly (reconnect and \`sync\`), 1001 the server stops.`,
}

const fieldsOf = ({ properties, required = [] }: TObject): string =>
  Object.keys(properties)
    .filter((name) => name !== 'type')
    .map((name) => (required.includes(name) ? `\`${name}\`` : `\`${name}\`?`))
    .join(', ')

/** Any of the frames of one side, each under a name of its own. */
const oneOf = (side: string, frames: Frames) => ({
  title: `${side}Frame`,
  oneOf: Object.entries(frames).map(([name, schema]) => ({
    ...schema,
    title: `${side}${name.charAt(0).toUpperCase()}${name.slice(1)}`,
  })),
})
