import { readdir } from 'node:fs/promises'
import { Elysia } from 'elysia'
import { version } from '../../../package.json' with { type: 'json' }
import type { Context } from '../../context.ts'
import { AppError } from '../../errors.ts'
import { isPrivate, plainAddress } from '../../lib/net/address.ts'
import { plainOperation } from '../docs/operation.ts'
import { envelope, refusal } from '../docs/schema.ts'
import { addressOf, type Server } from '../endpoint/caller.ts'
import { secureHeaders } from '../response/secure-headers.ts'
import { healthOf } from '../server/health.ts'
import { formatMetric } from './metric.ts'

type BunServer = Server & { readonly pendingRequests: number; readonly pendingWebSockets: number }

/** `/metrics`: counters and state of the server in Prometheus' text format, for those who may. */
export const metricsRoutes = (ctx: Context) =>
  new Elysia({ name: 'metrics' }).get(
    '/metrics',
    async ({ request, server: bun }) => {
      const server = bun as BunServer | null
      // For everybody else it looks like an address that doesn't exist.
      if (!mayRead(ctx, request, server)) throw new AppError('not_found')
      return new Response(await textOf(ctx, server), {
        headers: {
          'content-type': 'text/plain; version=0.0.4; charset=utf-8',
          'cache-control': 'no-store',
          ...secureHeaders,
        },
      })
    },
    plainOperation(
      { zh: '指标', en: 'Metrics' },
      {
        zh: 'Prometheus 文本格式；默认仅限内网地址',
        en: "Prometheus' text format; by default for private addresses only",
      },
      {
        200: {
          description: { zh: '当前数值', en: 'The values of now' },
          content: { 'text/plain': { schema: { type: 'string' } } },
        },
        404: {
          description: { zh: '无权读取', en: 'Not for this caller' },
          content: { 'application/json': { schema: envelope, example: refusal('not_found') } },
        },
      },
    ),
  )

/**
 * By default only private networks may read. What a proxy forwards comes from the proxy's address, so
 * forwarded requests are refused unless the proxy is one that is trusted.
 */
function mayRead({ config }: Context, request: Request, server: Server | null): boolean {
  if (config.metrics !== 'private') return config.metrics === 'all'
  const forwarded = ['x-forwarded-for', 'forwarded', 'x-real-ip'].some((name) =>
    request.headers.has(name),
  )
  const address = addressOf(request, server, config)
  const direct = address === plainAddress(server?.requestIP(request)?.address ?? '')
  return isPrivate(address) && !(forwarded && direct)
}

async function textOf(ctx: Context, server: BunServer | null): Promise<string> {
  const { refusals, commitSeconds, commitWrites, lagSeconds } = ctx.metrics
  const routes = [...ctx.metrics.routes].filter(([, { statuses }]) => statuses.size > 0)
  const requests = routes.flatMap(([route, { statuses }]) =>
    [...statuses].map(([status, count]) => [{ route, status }, count] as const),
  )
  const durations = routes.map(([route, { seconds }]) => [{ route }, seconds] as const)
  const codes = [...refusals].map(([code, count]) => [{ code }, count] as const)
  const jobs = await ctx.store.jobs.waiting().catch(() => ({}))
  const states = Object.entries(jobs).map(([state, count]) => [{ state }, count] as const)
  const { ready, freeBytes } = await healthOf(ctx)
  // Null where the system doesn't say.
  const descriptors = await readdir('/proc/self/fd').then(
    (names) => names.length,
    () => null,
  )
  const { user, system } = process.cpuUsage()
  const info = { version, engine: ctx.media.engine }
  const one = (value: number | null | undefined) => (value == null ? [] : [[{}, value] as const])
  const metrics: Parameters<typeof formatMetric>[] = [
    ['douyin_http_requests_total', 'counter', 'Requests, by route and status.', requests],
    [
      'douyin_http_request_duration_seconds',
      'histogram',
      'Time until a response was ready to be sent.',
      durations,
    ],
    [
      'douyin_refusals_total',
      'counter',
      'Responses whose status_code is not 0, by the code of the error.',
      codes,
    ],
    [
      'douyin_http_requests_under_way',
      'gauge',
      'Requests without a response yet.',
      one(server?.pendingRequests),
    ],
    ['douyin_websockets', 'gauge', 'Chat sockets that are open.', one(server?.pendingWebSockets)],
    ['douyin_jobs', 'gauge', 'Videos to be transcoded.', states],
    [
      'douyin_commit_duration_seconds',
      'histogram',
      'Time until a batch of writes was on disk.',
      [[{}, commitSeconds]],
    ],
    ['douyin_commit_writes', 'histogram', 'Writes that shared a sync.', [[{}, commitWrites]]],
    [
      'douyin_event_loop_lag_seconds',
      'histogram',
      'By how much a timer was late.',
      [[{}, lagSeconds]],
    ],
    ['douyin_ready', 'gauge', '1 if the server can do its work.', one(ready ? 1 : 0)],
    ['douyin_disk_free_bytes', 'gauge', 'Room for videos.', one(freeBytes)],
    ['douyin_info', 'gauge', 'What runs.', [[info, 1]]],
    ['process_cpu_seconds_total', 'counter', 'CPU time.', one((user + system) / 1e6)],
    ['process_resident_memory_bytes', 'gauge', 'Memory.', one(process.memoryUsage.rss())],
    ['process_start_time_seconds', 'gauge', 'Unix time.', one(performance.timeOrigin / 1000)],
    ['process_open_fds', 'gauge', 'Files and sockets that are open.', one(descriptors)],
  ]
  return metrics.map((metric) => formatMetric(...metric)).join('')
}
