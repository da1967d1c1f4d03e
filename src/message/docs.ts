import type { TObject } from '@sinclair/typebox'
import { operation, plain } from '../http/docs/operation.ts'
import { socket } from './model.ts'
import { clientFrames, serverFrames } from './socket/frames.ts'

type Frames = Readonly<Record<string, TObject>>

/** The frames as a table in Markdown. */
function frameTable(): string {
  const rows = (way: string, frames: Frames) =>
    Object.entries(frames).map(
      ([name, schema]) => `| ${way} | \`${name}\` | ${fieldsOf(schema)} | ${schema.description} |`,
    )
  return [
    '| | `type` | fields | |',
    '| --- | --- | --- | --- |',
    ...rows('client', clientFrames),
    ...rows('server', serverFrames),
  ].join('\n')
}

/** What Swagger shows of the chat socket, all of it made of the contract and the frames' schemas. */
export function socketHooks(): object {
  const { detail } = operation(socket)
  return {
    detail: {
      ...detail,
      description: `${detail.description}\n\n${frameTable()}\n\n${rules}`,
      responses: {
        101: {
          description: 'The socket is open; `ready` follows.',
          content: {
            'application/json;frames=client': { schema: oneOf(clientFrames) },
            'application/json;frames=server': { schema: oneOf(serverFrames) },
          },
        },
        401: { description: 'No valid token' },
        403: { description: 'The Origin is another site' },
        426: { description: 'Not a WebSocket handshake' },
      },
    },
  }
}

const rules = `- The token comes as \`Authorization: Bearer\`, as \`token\`, or as a subprotocol beside \`douyin\` (\`new WebSocket(url, ['douyin', token])\`). Pages of other sites are refused by their Origin.
- After a reconnect \`sync\` with the newest id at hand brings what was missed, in order and once; \`after_id\` in the URL does the same without a round trip. A first \`sync\` has half a second before messages are pushed without it.
- \`ack\` means on disk. A \`send\` whose ack did not come may be sent again with its \`client_id\` at any later time: the ack is the same and it is stored once. The same means: of this user, to the same receiver, with the same content, letter by letter. A \`client_id\` stands for its message as long as that is stored; with another receiver or content it gets an \`error\` of 6002, and nothing is stored.
- Close codes: 4401 the session ended, 1008 too many frames or connections, 1009 a frame over 32 KiB, 1013 the client reads too slowly (reconnect and \`sync\`), 1001 the server stops.`

const fieldsOf = ({ properties, required = [] }: TObject): string =>
  Object.keys(properties)
    .filter((name) => name !== 'type')
    .map((name) => (required.includes(name) ? `\`${name}\`` : `\`${name}\`?`))
    .join(', ')

const oneOf = (frames: Frames) => ({ oneOf: Object.values(frames).map(plain) })
