import type { Language } from '../../errors.ts'

/** The video that plays first: the browser loads and shows it before any script has run. */
export interface FirstVideo {
  readonly url: string
  readonly upright: boolean
}

/** What the page tells others about itself: a messenger shows it beside the link. */
export interface Preview {
  readonly title: string
  readonly description: string
  readonly type: 'website' | 'video.other' | 'profile'
  readonly url?: string
  readonly image?: string
  readonly imageWidth?: number
  readonly imageHeight?: number
  readonly video?: string
}

interface Parts {
  readonly language: Language
  readonly script: string
  readonly style: string
  /** Scripts that the script begins with. */
  readonly preload: readonly string[]
  readonly preview: Preview
  readonly first: FirstVideo | null
  /** JSON that the client begins with, so that it need not ask for it. */
  readonly start: string
}

/** The page of every address of the client. All text in it is escaped. */
export function documentOf({
  language,
  script,
  style,
  preload,
  preview,
  first,
  start,
}: Parts): string {
  const lang = language === 'zh' ? 'zh-CN' : 'en'
  return `<!doctype html>
<html lang="${lang}"${first ? ' data-theme="dark"' : ''}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<title>${escaped(preview.title)}</title>
<meta name="description" content="${escaped(preview.description)}">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="dark light">
<meta name="theme-color" content="#000000">
<link rel="stylesheet" href="/assets/${style}">
<script type="module" src="/assets/${script}"></script>
${preload.map((name) => `<link rel="modulepreload" href="/assets/${name}">`).join('\n')}
<link rel="manifest" href="/manifest.webmanifest">
<link rel="icon" type="image/svg+xml" href="/icons/icon.svg">
<link rel="apple-touch-icon" href="/icons/180.png">
${metaOf(preview)}
</head>
<body>
<div id="app"></div>
${first ? firstOf(first) : ''}
<script type="application/json" id="start">${start.replaceAll('<', '\\u003c')}</script>
<noscript>${language === 'zh' ? '需要启用 JavaScript。' : 'JavaScript is needed here.'} <a href="/swagger">API</a></noscript>
</body>
</html>
`
}

const firstOf = ({ url, upright }: FirstVideo): string =>
  `<div class="first${upright ? ' upright' : ''}"><video src="${escaped(url)}" autoplay muted playsinline preload="auto" tabindex="-1"></video></div>`

/** Open Graph, as https://ogp.me has it. */
function metaOf(preview: Preview): string {
  const properties: [name: string, value: string | number | undefined][] = [
    ['og:site_name', 'douyin'],
    ['og:type', preview.type],
    ['og:title', preview.title],
    ['og:description', preview.description],
    ['og:url', preview.url],
    ['og:image', preview.image],
    ['og:image:width', preview.image && preview.imageWidth],
    ['og:image:height', preview.image && preview.imageHeight],
    ['og:video', preview.video],
    ['og:video:type', preview.video && 'video/mp4'],
  ]
  const card = preview.image ? 'summary_large_image' : 'summary'
  return [
    ...properties
      .filter(([, value]) => value !== undefined && value !== '')
      .map(([name, value]) => `<meta property="${name}" content="${escaped(String(value))}">`),
    `<meta name="twitter:card" content="${card}">`,
  ].join('\n')
}

const escaped = (text: string): string => Bun.escapeHTML(text)
