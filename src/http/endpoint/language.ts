import type { Language } from '../../errors.ts'

// Nearly every request has the header of the one before: no need to parse it again.
let last = ''
let spoken: Language = 'zh'

/** English where Accept-Language puts it before Chinese; else Chinese, the language of the app. */
export function languageOf(request: Request): Language {
  const header = request.headers.get('accept-language')
  if (header === null) return 'zh'
  if (header !== last) {
    spoken = preferred(header)
    last = header
  }
  return spoken
}

function preferred(header: string): Language {
  let best: Language = 'zh'
  let weight = 0
  for (const range of header.split(',', 20)) {
    const [tag = '', ...options] = range.trim().toLowerCase().split(';')
    const language = /^(zh|en)(-|$)/.exec(tag)?.[1]
    const quality = Number(/q=([\d.]+)/.exec(options.join(';'))?.[1] ?? 1)
    if (language && quality > weight) {
      best = language as Language
      weight = quality
    }
  }
  return best
}
