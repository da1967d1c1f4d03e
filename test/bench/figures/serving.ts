import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Bench } from '../bench.ts'
import { connections, measure, median, type Sample } from '../cases/compare.ts'
import { type Figure, fine } from '../report/report.ts'
import { type Measured, startServer } from '../servers/process.ts'
import { writeRequests } from '../world/cast.ts'

// Debian keeps it where only an administrator's shell looks.
const nginx = Bun.which('nginx', { PATH: `${process.env.PATH}:/usr/sbin:/usr/local/sbin` })

const size = 4 << 20
const path = 'videos/four-megabytes.mp4'

/**
 * A video as players fetch it, beside nginx with sendfile on the same file, in turn.
 * @param data the directory that the server serves
 */
export async function servingFigure(
  { directory, options }: Bench,
  server: Measured,
  data: string,
): Promise<Figure[]> {
  if (!nginx) return []
  const bytes = crypto.getRandomValues(new Uint8Array(1 << 16))
  await Bun.write(join(data, path), Buffer.alloc(size, bytes))
  const file = await writeRequests(directory, [`GET /${path}`])
  const other = await startNginx(nginx, data, join(directory, 'nginx'))
  try {
    for (const { url } of [server, other]) await expectFile(url, Buffer.alloc(size, bytes))
    const sample = (target: Measured, seconds: number) =>
      measure(target, file, { connections, seconds, check: false })
    for (const target of [server, other]) await sample(target, Math.min(1, options.seconds))
    const pairs: { ours: Sample; theirs: Sample }[] = []
    for (let at = 0; at < options.pairs; at++) {
      const ours = await sample(server, options.seconds)
      pairs.push({ ours, theirs: await sample(other, options.seconds) })
    }
    const say = (who: 'ours' | 'theirs') => {
      const of = (name: keyof Sample) => median(pairs.map((pair) => pair[who][name]))
      const speed = `${fine((of('rate') * size) / 1e6)} MB/s`
      return `${speed}, p50 ${fine(of('p50'))} ms, ${fine(of('cpu'))} µs of cpu each`
    }
    return [
      {
        name: 'serving a 4 MB file',
        value: median(pairs.map(({ ours, theirs }) => ours.rate / theirs.rate)),
        unit: '× nginx',
        bar: { least: 0.7 },
        from: `${say('ours')}; nginx ${say('theirs')}`,
      },
    ]
  } finally {
    await other.stop()
  }
}

/** Both have to send the very same bytes, or there is nothing to compare. */
async function expectFile(url: string, expected: Buffer): Promise<void> {
  const response = await fetch(`${url}/${path}`)
  const bytes = Buffer.from(await response.arrayBuffer())
  if (response.status === 200 && bytes.equals(expected)) return
  throw new Error(`${url}/${path}: ${response.status} with ${bytes.length} bytes`)
}

/** One process that serves a directory, with everything that it writes in a place of the run. */
async function startNginx(program: string, root: string, place: string): Promise<Measured> {
  mkdirSync(place)
  // It can't be told to take any free port, so it is told one that was free a moment ago.
  const probe = Bun.listen({ hostname: '127.0.0.1', port: 0, socket: { data() {} } })
  const { port } = probe
  probe.stop(true)
  const config = join(place, 'nginx.conf')
  await Bun.write(config, configuration(root, place, port))
  // It says nothing of its own accord, while whoever starts a server waits for its address.
  const script = `echo "http://127.0.0.1:${port}/" && exec "$0" -e stderr -p "$1" -c "$2"`
  const server = await startServer(['sh', '-c', script, program, place, config], 'server')
  for (let tries = 0; !(await responds(server.url)); tries++) {
    if (tries === 100) {
      await server.stop()
      throw new Error('nginx does not respond')
    }
    await Bun.sleep(50)
  }
  return server
}

const responds = (url: string): Promise<boolean> =>
  fetch(`${url}/${path}`, { method: 'HEAD' }).then(
    ({ ok }) => ok,
    () => false,
  )

const configuration = (root: string, place: string, port: number): string => `
daemon off;
master_process off;
pid ${place}/pid;
events { worker_connections 1024; }
http {
  access_log off;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000;
  types { video/mp4 mp4; }
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((kind) => `${kind}_temp_path ${place}/${kind};`)
    .join('\n  ')}
  server { listen 127.0.0.1:${port}; root ${root}; }
}
`
