import { networkInterfaces } from 'node:os'
import { Elysia } from 'elysia'
import { version } from '../../../package.json' with { type: 'json' }
import type { Config } from '../../config.ts'
import { AppError } from '../../errors.ts'
import { originOf, type Server } from '../../http/endpoint/caller.ts'
import type { EndpointContext } from '../../http/endpoint/endpoint.ts'
import { languageOf } from '../../http/endpoint/language.ts'
import { readInteger } from '../../http/endpoint/params.ts'
import type { Reader } from '../../http/response/json-bytes.ts'
import { secureHeaders } from '../../http/response/secure-headers.ts'
import type { Store } from '../../store/store.ts'
import { type Address, addresses } from './addresses.ts'
import { fileResponse, textResponse } from './compress.ts'
import { documentOf } from './document.ts'
import { installRoutes } from './install.ts'
import { packedBundle } from './packed.ts'
import { feedPage, type Page, plainPage, userPage, videoPage } from './pages.ts'
import { pageHeaders } from './policy.ts'

interface Routed {
  readonly request: Request
  /** Absent where the address has none. */
  readonly params?: Readonly<Record<string, string | undefined>> | undefined
  readonly store: { readonly server?: Server | null }
}

const forever = 'public, max-age=31536000, immutable'
/** None of this is the API's. */
const hidden = { detail: { hide: true } }

/** The web client: its page at each of its addresses, its files, and what installs it. */
export function webRoutes(ctx: EndpointContext & { store: Store }) {
  const app = new Elysia({ name: 'web' })
  for (const address of addresses) {
    app.get(
      address,
      ({ request, params, store }: Routed) => page(ctx, address, { request, params, store }),
      hidden,
    )
  }
  return app
    .get(
      '/assets/:name',
      async ({ request, params }) => {
        const file = (await packedBundle()).files.get(params.name)
        if (!file) throw new AppError('not_found')
        return fileResponse(request, file, { ...secureHeaders, 'cache-control': forever })
      },
      hidden,
    )
    .get(
      '/sw.js',
      async ({ request }) => {
        const { files, worker } = await packedBundle()
        const file = files.get(worker)
        if (!file) throw new AppError('not_found')
        const policy = "default-src 'none'; connect-src 'self'"
        const headers = { ...secureHeaders, 'content-security-policy': policy }
        return fileResponse(request, file, { ...headers, 'cache-control': 'no-cache' })
      },
      hidden,
    )
    .get(
      '/offline',
      ({ request }) => respond(ctx, request, null, plainPage(languageOf(request))),
      hidden,
    )
    .use(installRoutes())
}

/** The page of an address, with what is to be seen there first. */
async function page(
  ctx: EndpointContext & { store: Store },
  address: Address,
  { request, params = {}, store: { server = null } }: Routed,
): Promise<Response> {
  // A client of the API that went astray gets an error in JSON.
  if (!/text\/|\*\/\*/i.test(request.headers.get('accept') ?? '*/*'))
    throw new AppError('not_found')
  ctx.limits.take('read', null, request, server)
  const reader = { origin: originOf(request, server, ctx.config), language: languageOf(request) }
  return respond(ctx, request, server, await pageOf(ctx.store, address, reader, params))
}

function pageOf(
  store: Store,
  address: Address,
  reader: Reader,
  params: Readonly<Record<string, string | undefined>>,
): Promise<Page> | Page {
  const id = readInteger(params.id ?? '')
  if (address === '/') return feedPage(store, reader)
  if (address === '/video/:id') return videoPage(store, reader, id)
  if (address.startsWith('/user/')) return userPage(store, reader, id)
  return plainPage(reader.language)
}

async function respond(
  { config }: { config: Config },
  request: Request,
  server: Server | null,
  { found, preview, first, start }: Page,
): Promise<Response> {
  const { script, style, moreStyle, live, chunks, words } = await packedBundle()
  const language = languageOf(request)
  const fields = [
    `"version":${JSON.stringify(version)}`,
    `"style":${JSON.stringify(moreStyle)}`,
    `"live":${JSON.stringify(live)}`,
    `"addresses":${JSON.stringify(lanOrigins(request, server, config))}`,
    ...Object.entries(start).map(([name, json]) => `"${name}":${json}`),
  ]
  const text = documentOf({
    language,
    script,
    style,
    preload: [...chunks, words[language]],
    preview,
    first,
    start: `{${fields.join(',')}}`,
  })
  return textResponse(request, text, {
    status: found ? 200 : 404,
    headers: {
      ...pageHeaders(config.publicUrl),
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
    },
  })
}

/** For a person at this machine: the addresses for a phone in the same network. */
function lanOrigins(request: Request, server: Server | null, config: Config): string[] {
  if (config.publicUrl !== null) return [config.publicUrl]
  const [, scheme = '', port = ''] =
    /^(\w+:\/\/).*?(:\d+)?$/.exec(originOf(request, server, config)) ?? []
  const address = server?.requestIP(request)?.address ?? ''
  const everywhere = config.host === '0.0.0.0' || config.host === '::'
  if (!everywhere || !/^(::ffff:)?127\.|^::1$/.test(address)) return []
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map((one) => `${scheme}${one.address}${port}`)
}
