import { networkInterfaces } from 'node:os'
import { Elysia } from 'elysia'
import { version } from '../../../package.json' with { type: 'json' }
import type { Config } from '../../config.ts'
import { AppError, type Language } from '../../errors.ts'
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
import { iconPng, iconSvg } from './icon.ts'
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
const aDay = 'public, max-age=86400'
/** None of this is the API's. */
const hidden = { detail: { hide: true } }
const iconSizes = [180, 192, 512] as const

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
    .get('/assets/:name', async ({ request, params }) => {
      const file = (await packedBundle()).files.get(params.name)
      if (!file) throw new AppError('not_found')
      return fileResponse(request, file, { ...secureHeaders, 'cache-control': forever })
    })
    .get('/sw.js', async ({ request }) => {
      const { files, worker } = await packedBundle()
      const file = files.get(worker)
      if (!file) throw new AppError('not_found')
      const policy = "default-src 'none'; connect-src 'self'"
      const headers = { ...secureHeaders, 'content-security-policy': policy }
      return fileResponse(request, file, { ...headers, 'cache-control': 'no-cache' })
    })
    .get('/offline', async ({ request }) =>
      respond(ctx, request, null, plainPage(languageOf(request))),
    )
    .get('/manifest.webmanifest', ({ request }) =>
      textResponse(request, JSON.stringify(manifestFor(languageOf(request))), {
        headers: {
          ...secureHeaders,
          'content-type': 'application/manifest+json',
          'cache-control': aDay,
        },
      }),
    )
    .get('/icons/:name', async ({ params }) => icon(params.name), hidden)
    .get('/qr/:origin', async ({ params }) => qrCode(params.origin), hidden)
}

/** The page of an address, with what is to be seen there first. */
async function page(
  ctx: EndpointContext & { store: Store },
  address: Address,
  { request, params = {}, store: { server = null } }: Routed,
): Promise<Response> {
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
  { found, preview, start }: Page,
): Promise<Response> {
  const { script, style, moreStyle, chunks, words } = await packedBundle()
  const language = languageOf(request)
  const fields = [
    `"version":${JSON.stringify(version)}`,
    `"style":${JSON.stringify(moreStyle)}`,
    `"found":${found}`,
    `"addresses":${JSON.stringify(lanOrigins(request, server, config))}`,
    ...Object.entries(start).map(([name, json]) => `"${name}":${json}`),
  ]
  const text = documentOf({
    language,
    script,
    style,
    preload: [...chunks, words[language]],
    preview,
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
  const { protocol, port } = new URL(request.url)
  const address = server?.requestIP(request)?.address ?? ''
  const everywhere = config.host === '0.0.0.0' || config.host === '::'
  if (!everywhere || !/^(::ffff:)?127\.|^::1$/.test(address)) return []
  return Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map((one) => `${protocol}//${one.address}${port === '' ? '' : `:${port}`}`)
}

const manifestFor = (language: Language) => ({
  id: '/',
  name: 'douyin',
  short_name: 'douyin',
  description: plainPage(language).preview.description,
  lang: language === 'zh' ? 'zh-CN' : 'en',
  start_url: '/',
  scope: '/',
  display: 'standalone',
  background_color: '#000000',
  theme_color: '#000000',
  categories: ['social', 'entertainment'],
  icons: [
    { src: '/icons/icon.svg', sizes: 'any', type: 'image/svg+xml' },
    ...iconSizes.map((size) => ({
      src: `/icons/${size}.png`,
      sizes: `${size}x${size}`,
      type: 'image/png',
      purpose: size === 512 ? 'any maskable' : 'any',
    })),
  ],
  shortcuts: [{ name: language === 'zh' ? '发布' : 'Post', url: '/post' }],
  // The worker takes the files and opens the page for posting with them.
  share_target: {
    action: '/post',
    method: 'POST',
    enctype: 'multipart/form-data',
    params: { title: 'title', text: 'text', files: [{ name: 'video', accept: ['video/*'] }] },
  },
})

/** The QR code of an origin, for a phone that is to come here too. */
async function qrCode(origin: string): Promise<Response> {
  if (!/^https?:\/\/[\w.:[\]-]{1,255}$/.test(origin)) throw new AppError('not_found')
  const { renderSVG } = await import('uqr')
  const headers = { ...secureHeaders, 'content-type': 'image/svg+xml', 'cache-control': aDay }
  return new Response(renderSVG(origin), { headers })
}

const drawn = new Map<number, Promise<Uint8Array>>()

async function icon(name: string): Promise<Response> {
  const headers = { ...secureHeaders, 'cache-control': aDay }
  if (name === 'icon.svg') {
    return new Response(iconSvg, { headers: { ...headers, 'content-type': 'image/svg+xml' } })
  }
  const size = iconSizes.find((one) => name === `${one}.png`)
  if (size === undefined) throw new AppError('not_found')
  const png = drawn.get(size) ?? iconPng(size)
  drawn.set(size, png)
  return new Response(new Uint8Array(await png), {
    headers: { ...headers, 'content-type': 'image/png' },
  })
}
