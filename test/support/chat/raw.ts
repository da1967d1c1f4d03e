import { connect, type Socket } from 'node:net'

/** A frame as it came from the server, unmasked as it has to be. */
export interface RawFrame {
  readonly fin: boolean
  readonly opcode: number
  readonly payload: Buffer
}

/** How a frame is written; whatever is left out is as it should be. */
export interface FrameOptions {
  readonly fin?: boolean
  readonly rsv?: number
  readonly masked?: boolean
  /** The payload length is written with this many bytes, needed or not. */
  readonly lengthBytes?: 0 | 2 | 8
  /** What is said of the length instead of the truth. */
  readonly claimed?: number
}

/** A WebSocket client that can do everything wrong. */
export interface RawSocket {
  readonly socket: Socket
  /** The head of the response to the handshake. */
  readonly head: string
  write(bytes: Buffer): void
  frame(opcode: number, payload: Buffer | string, options?: FrameOptions): void
  /** The next frame; null when the connection has ended. */
  next(): Promise<RawFrame | null>
  /** Reads on until a close frame and returns its code; null if the connection just ended. */
  closeCode(): Promise<number | null>
  end(): void
}

/** Shakes hands as RFC 6455 says. */
export async function openRaw(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<RawSocket> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  let bytes: Buffer = Buffer.alloc(0)
  let ended = false
  let wake = Promise.withResolvers<void>()
  const stir = () => {
    wake.resolve()
    wake = Promise.withResolvers()
  }
  socket.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    stir()
  })
  socket.on('error', () => {})
  socket.on('close', () => {
    ended = true
    stir()
  })
  const all = {
    Host: `${hostname}:${port}`,
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version': '13',
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`)
  while (bytes.indexOf('\r\n\r\n') === -1 && !ended) await wake.promise
  const end = bytes.indexOf('\r\n\r\n') + 4
  const head = bytes.subarray(0, end).toString('latin1')
  bytes = bytes.subarray(end)

  const take = (): RawFrame | null => {
    if (bytes.length < 2) return null
    const short = bytes[1]! & 0x7f
    const start = short === 127 ? 10 : short === 126 ? 4 : 2
    if (bytes.length < start) return null
    const length =
      short === 127
        ? Number(bytes.readBigUInt64BE(2))
        : short === 126
          ? bytes.readUInt16BE(2)
          : short
    if (bytes.length < start + length) return null
    const frame = {
      fin: (bytes[0]! & 0x80) !== 0,
      opcode: bytes[0]! & 0x0f,
      payload: Buffer.from(bytes.subarray(start, start + length)),
    }
    bytes = bytes.subarray(start + length)
    return frame
  }
  const next = async () => {
    for (;;) {
      const frame = take()
      if (frame || ended) return frame
      await wake.promise
    }
  }
  return {
    socket,
    head,
    next,
    write: (data) => socket.write(data),
    frame: (opcode, payload, options = {}) => socket.write(encode(opcode, payload, options)),
    async closeCode() {
      for (let frame = await next(); frame; frame = await next()) {
        if (frame.opcode === 8) return frame.payload.length >= 2 ? frame.payload.readUInt16BE(0) : 0
      }
      return null
    },
    end: () => socket.destroy(),
  }
}

/** A frame as a client sends it (RFC 6455, 5.2). */
export function encode(
  opcode: number,
  payload: Buffer | string,
  { fin = true, rsv = 0, masked = true, lengthBytes, claimed }: FrameOptions = {},
): Buffer {
  const data = Buffer.from(payload)
  const length = claimed ?? data.length
  const width = lengthBytes ?? (length > 65_535 ? 8 : length > 125 ? 2 : 0)
  const head = Buffer.alloc(2 + width)
  head[0] = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  head[1] = (masked ? 0x80 : 0) | (width === 8 ? 127 : width === 2 ? 126 : length)
  if (width === 2) head.writeUInt16BE(length, 2)
  if (width === 8) head.writeBigUInt64BE(BigInt(length), 2)
  if (!masked) return Buffer.concat([head, data])
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78])
  return Buffer.concat([head, mask, data.map((byte, at) => byte ^ mask[at % 4]!)])
}
