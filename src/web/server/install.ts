import { Elysia } from 'elysia'
import { AppError, type Language } from '../../errors.ts'
import { languageOf } from '../../http/endpoint/language.ts'
import { type Kept, keep, respondKept } from '../../http/response/kept.ts'
import { openHeaders, secureHeaders } from '../../http/response/secure-headers.ts'
import { textResponse } from './compress.ts'
import { iconIco, iconPng, iconSvg } from './icon.ts'
import { plainPage } from './pages.ts'

const aDay = 'public, max-age=86400'
/** None of this is the API's. */
const hidden = { detail: { hide: true } }
const iconSizes = [180, 192, 512] as const

/** What makes an app of the page on a phone: its manifest, its icons, and the way onto the phone. */
export const installRoutes = () =>
  new Elysia({ name: 'install' })
    .get(
      '/manifest.webmanifest',
      ({ request }) =>
        textResponse(request, JSON.stringify(manifestFor(languageOf(request))), {
          headers: {
            ...secureHeaders,
            'content-type': 'application/manifest+json',
            'cache-control': aDay,
          },
        }),
      hidden,
    )
    .get('/icons/:name', ({ params }) => icon(params.name), hidden)
    .get('/favicon.ico', ({ request }) => favicon(request), hidden)
    .get('/qr/:origin', ({ params }) => qrCode(params.origin), hidden)

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
    params: {
      title: 'title',
      text: 'text',
      files: [{ name: 'video', accept: ['video/*', 'image/gif'] }],
    },
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

let kept: Kept | null = null

/** What browsers ask for by themselves, also beside a page that names another icon. */
async function favicon(request: Request): Promise<Response> {
  const type = { 'content-type': 'image/x-icon', 'cache-control': aDay }
  kept ??= keep(await iconIco(), { ...secureHeaders, ...openHeaders, ...type })
  return respondKept(request, kept)
}
