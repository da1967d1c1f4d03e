import { swagger } from '@elysiajs/swagger'
import { Elysia } from 'elysia'
import styles from 'swagger-ui-dist/swagger-ui.css' with { type: 'file' }
import bundle from 'swagger-ui-dist/swagger-ui-bundle.js' with { type: 'file' }
import { version } from '../../../package.json' with { type: 'json' }
import { secureHeaders } from '../response/secure-headers.ts'
import { matches } from '../server/files.ts'
import page from './page.html' with { type: 'file' }
import { description, tags } from './prose.ts'
import start from './start.txt' with { type: 'file' }

/** The page may load its own files and ask this server, nothing else. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; connect-src *; frame-ancestors 'none'"

/**
 * `/swagger`, from files inside the executable since the plugin's own page needs the internet, and
 * `/swagger/json`, the document that the plugin derives from the routes.
 */
export const docsRoutes = () =>
  new Elysia({ name: 'docs' })
    .onAfterHandle(({ set }) => {
      Object.assign(set.headers, secureHeaders)
    })
    .use(
      swagger({
        // Our page, below, replaces the plugin's own at this path.
        path: '/swagger',
        specPath: '/swagger/json',
        exclude: [/^\/swagger/, /^\/(videos|covers|avatars|backgrounds)\//],
        documentation: {
          info: { title: 'douyin', version, description: description() },
          tags,
          components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
        },
      }),
    )
    .get('/swagger', asset(page as unknown as string, 'text/html; charset=utf-8'))
    .get('/swagger/swagger-ui.css', asset(styles, 'text/css; charset=utf-8'))
    .get('/swagger/swagger-ui-bundle.js', asset(bundle, 'text/javascript; charset=utf-8'))
    .get('/swagger/start.js', asset(start, 'text/javascript; charset=utf-8'))

/** Makes the handler of one file; browsers that have it are told so. */
function asset(path: string, type: string) {
  let etag: string | null = null
  return async ({ request }: { request: Request }) => {
    const file = Bun.file(path)
    etag ??= `"${Bun.hash(await file.bytes()).toString(36)}"`
    const headers = {
      ...secureHeaders,
      'content-type': type,
      'content-disposition': 'inline',
      'content-security-policy': policy,
      'cache-control': 'no-cache',
      etag,
    }
    if (matches(request, etag)) return new Response(null, { status: 304, headers })
    return new Response(file, { headers })
  }
}
