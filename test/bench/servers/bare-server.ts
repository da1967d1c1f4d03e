import { readCaptured } from './captured.ts'
import { serveLocally } from './local-server.ts'

// The other side of every comparison: Bun's own server, returning the bytes that the real one returned
// for the same requests, with the same headers. It reads nothing of a request.
// Usage: bun bare-server.ts FILE

const { headers, bodies } = await readCaptured(process.argv[2]!)
let next = 0
serveLocally(() => {
  const body = bodies[next]
  next = next + 1 === bodies.length ? 0 : next + 1
  return new Response(body, { headers })
})
