// A WebSocket server that does no more than Bun does: at /echo it sends back what it hears, at /pair
// it publishes that to both sockets that gave the same number. Nothing is read, checked or stored.

interface SocketData {
  readonly topic: string | null
}

const server = Bun.serve<SocketData>({
  hostname: '127.0.0.1',
  port: 0,
  reusePort: false,
  development: false,
  fetch(request, server) {
    const { pathname, search } = new URL(request.url)
    const topic = pathname === '/pair' ? search : null
    if (!server.upgrade(request, { data: { topic } })) return new Response(null, { status: 426 })
  },
  websocket: {
    open(socket) {
      if (socket.data.topic) socket.subscribe(socket.data.topic)
    },
    message(socket, message) {
      const { topic } = socket.data
      if (topic) server.publish(topic, message)
      else socket.send(message)
    },
  },
})
console.log(`http://127.0.0.1:${server.port}`)
process.on('SIGTERM', () => process.exit(0))
