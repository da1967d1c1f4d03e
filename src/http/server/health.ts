import { Type as t } from '@sinclair/typebox'
import { Elysia } from 'elysia'
import type { Context } from '../../context.ts'
import type { Bilingual } from '../../errors.ts'
import { plainOperation } from '../docs/operation.ts'
import { apiHeaders } from '../response/envelope.ts'

/**
 * Whether the server can do its work, and `ok` or in a few words what is wrong: asks the store, and
 * the place for files, of which `freeBytes` are left (null if unknown). Says nothing of paths, for
 * strangers may read it.
 */
export async function healthOf(ctx: Pick<Context, 'store' | 'blobs' | 'config'>) {
  const [responds, freeBytes] = await Promise.all([
    ctx.store.ping().then(
      () => true,
      () => false,
    ),
    ctx.blobs.freeSpace().catch(() => null),
  ])
  const checks = {
    database: responds ? 'ok' : 'the database does not answer, or its file is gone',
    files: freeBytes === null ? 'the data directory is gone or cannot be written' : 'ok',
    disk: freeBytes !== null && freeBytes < ctx.config.minFree ? 'the disk is nearly full' : 'ok',
  }
  const status = Object.values(checks).find((check) => check !== 'ok') ?? 'ok'
  return { ready: status === 'ok', status, checks, freeBytes }
}

const word = (about: Bilingual, example = 'ok') => t.String({ about, examples: [example] })

const content = {
  'application/json': {
    schema: t.Object(
      {
        status: word({ zh: '`ok`，或问题所在', en: '`ok`, or what is wrong' }),
        ready: t.Boolean({
          about: { zh: '能否正常工作', en: 'Whether the server can work' },
          examples: [true],
        }),
        checks: t.Object({
          database: word({ zh: '数据库', en: 'The database' }),
          files: word({ zh: '数据目录', en: 'The data directory' }),
          disk: word({ zh: '剩余空间', en: 'Room that is left' }),
          media: word({ zh: '使用的 FFmpeg', en: 'Which FFmpeg is used' }, 'embedded'),
        }),
      },
      { title: 'Health' },
    ),
  },
}

/** `/healthz`: ready or not, and why, for monitoring. */
export const healthRoutes = (ctx: Context) =>
  new Elysia({ name: 'health' }).get(
    '/healthz',
    async () => {
      const { ready, status, checks } = await healthOf(ctx)
      const { engine } = ctx.media
      const body = JSON.stringify({ status, ready, checks: { ...checks, media: engine } })
      return new Response(body, { status: ready ? 200 : 503, headers: apiHeaders })
    },
    plainOperation(
      { zh: '健康检查', en: 'Health' },
      { zh: '服务器能正常工作时为 200', en: '200 if the server can work' },
      {
        200: { description: { zh: '就绪', en: 'Ready' }, content },
        503: { description: { zh: '未就绪及其原因', en: 'Not ready, and why' }, content },
      },
    ),
  )

const checkIntervalMs = 10_000

/** Logs when the server can't do its work any more, and when it can again. */
export function watchHealth(ctx: Pick<Context, 'store' | 'blobs' | 'config' | 'log'>): () => void {
  let last = 'ok'
  const timer = setInterval(async () => {
    const { status, checks } = await healthOf(ctx)
    if (status === last) return
    last = status
    if (status === 'ok') ctx.log.note('ready again')
    else ctx.log.failure('not ready', `${status} (${JSON.stringify(checks)})`)
  }, checkIntervalMs)
  return () => clearInterval(timer)
}
