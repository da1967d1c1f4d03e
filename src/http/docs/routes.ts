import { Elysia } from 'elysia'
import styles from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import bundle from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import { version } from '../../../package.json' with { type: 'json' }
import type { Language } from '../../errors.ts'
import { languageOf } from '../endpoint/language.ts'
import { type Kept, keep, respondKept } from '../response/kept.ts'
import { openHeaders, secureHeaders } from '../response/secure-headers.ts'
import { type Derived, documentIn } from './document.ts'
import page from './page.html' with { type: 'file' }
import { description, securitySchemes, tags } from './prose.ts'
import start from './start.txt' with { type: 'file' }

/** The page may load its own files and ask this server, nothing else. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; connect-src *; frame-ancestors 'none'"

/**
 * `/swagger`, from files inside the executable since the plugin's own page needs the internet, and
 * `/swagger/json`, the document that the plugin derives from the routes, in the caller's language.
 */
export const docsRoutes = () => {
  const documents: Partial<Record<Language, Kept>> = {}
  const app = new Elysia({ name: 'docs' })
  // `use` replaces this function, which plugins are given, by that of the whole service.
  // biome-ignore lint/complexity/useLiteralKeys: protected, and what the plugin itself calls
  const derived = () => derive(app['getGlobalRoutes']())
  return app
    .get(
      '/swagger/json',
      async ({ request }) => {
        const language = languageOf(request)
        documents[language] ??= keep(
          Buffer.from(JSON.stringify(documentIn(language, await derived()))),
          { 'content-type': 'application/json; charset=utf-8', ...secureHeaders, ...openHeaders },
        )
        return respondKept(request, documents[language])
      },
      hidden,
    )
    .get('/swagger', pageHandler(), hidden)
    .get('/swagger/swagger-ui.css', asset(styles, 'text/css; charset=utf-8'), hidden)
    .get('/swagger/swagger-ui-bundle.js', asset(bundle, 'text/javascript; charset=utf-8'), hidden)
    .get('/swagger/start.js', asset(start, 'text/javascript; charset=utf-8'), hidden)
}

/** None of this is the API's. */
const hidden = { detail: { hide: true } }

/**
 * What the plugin makes of routes, in both languages until `documentIn` chooses one. It is loaded when
 * somebody asks: it takes 4 MB, which most servers never need.
 */
async function derive(routes: readonly object[]): Promise<Derived> {
  const { swagger } = await import('@elysiajs/swagger')
  const plugin = swagger({
    specPath: '/swagger/json',
    exclude: [/^\/(videos|covers|pictures|avatars|backgrounds)\//, '/'],
    documentation: {
      info: {
        title: 'douyin',
        version,
        description: description(),
        license: { name: 'GPL-2.0-or-later', identifier: 'GPL-2.0-or-later' },
      },
      tags,
      components: { securitySchemes },
    } as object,
  })
  // As `use` does it, but after the fact and without a second set of routes.
  Object.assign(plugin, { getGlobalRoutes: () => routes })
  const response = await plugin.handle(new Request('http://localhost/swagger/json'))
  return response.json() as Promise<Derived>
}

const headersOf = (type: string) => ({
  ...secureHeaders,
  'content-type': type,
  'content-disposition': 'inline',
  'content-security-policy': policy,
})

/** Makes the handler of the page, which says its language for those who have it read to them. */
function pageHandler() {
  const pages: Partial<Record<Language, Kept>> = {}
  return async ({ request }: { request: Request }) => {
    const language = languageOf(request)
    if (!pages[language]) {
      const html = await Bun.file(page as unknown as string).text()
      const body = Buffer.from(html.replace('lang="zh"', `lang="${language}"`))
      pages[language] = keep(body, headersOf('text/html; charset=utf-8'))
    }
    return respondKept(request, pages[language])
  }
}

/** Makes the handler of one file. */
function asset(path: string, type: string) {
  let kept: Kept | null = null
  return async ({ request }: { request: Request }) => {
    kept ??= keep(Buffer.from(await Bun.file(path).bytes()), headersOf(type))
    return respondKept(request, kept)
  }
}
