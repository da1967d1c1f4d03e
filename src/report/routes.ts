import { Elysia } from 'elysia'
import { type EndpointContext, endpoint } from '../http/endpoint/endpoint.ts'
import type { Store } from '../store/store.ts'
import { action } from './model.ts'

const kinds = { 1: 'video', 2: 'comment', 3: 'user' } as const

/** `/douyin/report/…`: ask the operator to look at something. `douyin reports` shows what was asked. */
export function reportRoutes(ctx: EndpointContext & { store: Store }) {
  return new Elysia({ name: 'report', prefix: '/douyin/report' }).post(
    '/action/',
    ...endpoint(ctx, action, async ({ params, viewer }) => {
      const { target_type: type, target_id: targetId, reason } = params
      const kind = kinds[type as keyof typeof kinds]
      await ctx.store.reports.add({ reporterId: viewer.id, kind, targetId, reason })
      return {}
    }),
  )
}
