import { tokenSchema } from '../http/docs/operation.ts'
import { clientFrames, serverFrames } from './socket/frames.ts'

type Frame = { name: string; schema: { properties: object; required?: string[] } }

/** The frames as a table in Markdown. */
function frameTable(): string {
  const rows = (way: string, frames: readonly Frame[]) =>
    frames.map(
      ({ name, schema }) =>
        `| ${way} | \`${name}\` | ${fieldsOf(schema)} | ${(schema as { description?: string }).description} |`,
    )
  return [
    '| | `type` | fields | |',
    '| --- | --- | --- | --- |',
    ...rows('client', Object.values(clientFrames)),
    ...rows('server', Object.values(serverFrames)),
  ].join('\n')
}

/** What Swagger shows of the chat socket, all of it made of the frames' schemas. */
export const socketHooks = (): object => ({ detail: detail() })

const detail = () => ({
  tags: ['消息'],
  summary: '实时聊天 (WebSocket)',
  description: `
Pushes new messages at once to every device of both people. Frames are JSON text.

${frameTable()}

- The token comes as \`Authorization: Bearer\`, as \`token\`, or as a subprotocol beside \`douyin\` (\`new WebSocket(url, ['douyin', token])\`). Pages of other sites are refused by their Origin.
- After a reconnect \`sync\` with the newest id at hand brings what was missed, in order and once; \`after_id\` in the URL does the same without a round trip. A first \`sync\` has half a second before messages are pushed without it.
- \`ack\` means on disk. A \`send\` whose ack did not come may be sent again with its \`client_id\` at any later time: the ack is the same and it is stored once.
- Close codes: 4401 the session ended, 1008 too many frames or connections, 1009 a frame over 32 KiB, 1013 the client reads too slowly (reconnect and \`sync\`), 1001 the server stops.`,
  parameters: [
    parameter('token', tokenSchema),
    parameter('after_id', {
      type: 'integer',
      minimum: 0,
      description: 'Begins with everything after this message',
    }),
  ],
  responses: {
    101: {
      description: 'The socket is open; `ready` follows.',
      content: {
        'application/json;frames=client': {
          schema: { oneOf: schemasOf(Object.values(clientFrames)) },
        },
        'application/json;frames=server': {
          schema: { oneOf: schemasOf(Object.values(serverFrames)) },
        },
      },
    },
    401: { description: 'No valid token' },
    403: { description: 'The Origin is another site' },
    426: { description: 'Not a WebSocket handshake' },
  },
  security: [{}, { bearer: [] }],
})

const parameter = (
  name: string,
  { description, ...schema }: { description: string; type: string; minimum?: number },
) => ({
  in: 'query' as const,
  name,
  required: false,
  description,
  schema,
})

const fieldsOf = ({ properties, required = [] }: Frame['schema']): string =>
  Object.keys(properties)
    .filter((name) => name !== 'type')
    .map((name) => (required.includes(name) ? `\`${name}\`` : `\`${name}\`?`))
    .join(', ')

/** Without TypeBox's symbols. */
const schemasOf = (frames: readonly Frame[]): object[] =>
  frames.map(({ schema }) => JSON.parse(JSON.stringify(schema)))
