import { Elysia } from 'elysia'
import type { Context } from '../context.ts'
import { apiHeaders } from './envelope.ts'

/** `/healthz`: whether the server can do its work, for whoever watches over it. */
export const healthRoutes = ({ store, media }: Context) =>
  new Elysia({ name: 'health' }).get(
    '/healthz',
    async () => {
      const ready = await store.users.byId(0).then(
        () => true,
        () => false,
      )
      const body = { status: ready ? 'ok' : 'database unavailable', media: media.engine }
      return new Response(JSON.stringify(body), { status: ready ? 200 : 503, headers: apiHeaders })
    },
    { detail: { tags: ['服务'], summary: 'Health', description: '200 if the server can work' } },
  )
