import { connect } from 'node:net'

/** Sends a request as it is (`fetch` would normalise its path) and returns the whole response. */
export function raw(
  server: { url: string },
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<string> {
  const { hostname, port } = new URL(server.url)
  const lines = Object.entries({ Host: hostname, Connection: 'close', ...headers })
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(port), hostname, () => {
      socket.write(`${method} ${path} HTTP/1.1\r\n${head}\r\n`)
    })
    socket.setEncoding('latin1')
    socket.on('data', (data) => {
      text += data
    })
    socket.on('end', () => resolve(text)).on('error', reject)
  })
}
