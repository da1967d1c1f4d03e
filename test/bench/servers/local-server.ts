/** Serves on a free port of loopback, says where, and ends with SIGTERM. */
export function serveLocally(fetch: (request: Request) => Response | Promise<Response>): void {
  const server = Bun.serve({
    hostname: '127.0.0.1',
    port: 0,
    reusePort: false,
    development: false,
    idleTimeout: 120,
    fetch,
  })
  console.log(`http://127.0.0.1:${server.port}`)
  process.on('SIGTERM', () => process.exit(0))
}
