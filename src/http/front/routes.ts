import { Elysia } from 'elysia'
import type { Config } from '../../config.ts'
import { AppError, type Language } from '../../errors.ts'
import { originOf, type Server } from '../endpoint/caller.ts'
import { languageOf } from '../endpoint/language.ts'
import { type Kept, keep, respondKept } from '../response/kept.ts'
import { openHeaders, secureHeaders } from '../response/secure-headers.ts'
import home from './home.html' with { type: 'file' }
import { icon } from './icon.ts'

/** What people, browsers and search engines ask for by themselves: `/`, the icon, `robots.txt`. */
export const frontRoutes = ({ config }: { config: Config }) =>
  new Elysia({ name: 'front' })
    .get('/', homeHandler(config), hidden)
    .get(
      '/favicon.ico',
      kept(() => keep(icon(), { ...dayLong, 'content-type': 'image/x-icon' })),
      hidden,
    )
    .get(
      '/robots.txt',
      kept(() => keep(Buffer.from(robots), { ...dayLong, 'content-type': plain })),
      hidden,
    )

const hidden = { detail: { hide: true } }
const plain = 'text/plain; charset=utf-8'
const dayLong = { ...secureHeaders, ...openHeaders, 'cache-control': 'public, max-age=86400' }

/** An API has nothing to be found by a search engine, and people's videos are theirs to show. */
const robots = 'User-agent: *\nDisallow: /\n'

function kept(make: () => Kept) {
  let one: Kept | null = null
  return ({ request }: { request: Request }) => {
    one ??= make()
    return respondKept(request, one)
  }
}

const words = {
  zh: {
    intro: '这里运行着一个短视频服务。',
    phone: '手机应用的服务器地址',
    hint: '在应用的设置中填写此地址。',
    local: '手机上请使用这台电脑在局域网中的地址，启动时已显示在终端里。',
    makers: '开发者',
    swagger: '接口文档，可直接试用',
  },
  en: {
    intro: 'A short-video service runs here.',
    phone: 'Server address for the phone app',
    hint: 'Enter it in the settings of the app.',
    local:
      "On a phone take this computer's address in your network: the terminal showed it at the start.",
    makers: 'For developers',
    swagger: 'The API, to read and to try out',
  },
} as const

/** The page may load the icon and nothing else; no script runs in it. */
const policy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The start page, for who accepts one: browsers do. A client of the API is told that there is nothing. */
function homeHandler(config: Config) {
  return async ({ request, store }: { request: Request; store: { server?: Server | null } }) => {
    const accept = request.headers.get('accept') ?? ''
    if (!/text\/|\*\/\*/i.test(accept)) throw new AppError('not_found')
    const body = await homePage(
      languageOf(request),
      originOf(request, store.server ?? null, config),
    )
    return new Response(body, {
      headers: {
        ...secureHeaders,
        'content-type': 'text/html; charset=utf-8',
        'content-security-policy': policy,
        'cache-control': 'no-cache',
        vary: 'accept, accept-language',
      },
    })
  }
}

async function homePage(language: Language, origin: string): Promise<string> {
  const { local, ...texts } = words[language]
  const isLocal = /^https?:\/\/(localhost|127\.|\[::1\])/.test(origin)
  // An origin has passed a check that lets no markup through.
  const filled = { ...texts, address: `${origin}/`, hint: isLocal ? local : texts.hint }
  const html = await Bun.file(home as unknown as string).text()
  return html
    .replace('lang="en"', `lang="${language}"`)
    .replace(/\{\{(\w+)\}\}/g, (_, name: keyof typeof filled) => filled[name])
}
