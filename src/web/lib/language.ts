import { computed, signal } from './signals.ts'
import { recall, remember } from './storage.ts'
import type { Words } from './words/words.ts'

export type Language = 'zh' | 'en'

const preferred = (): Language =>
  navigator.languages
    .find((tag) => /^(zh|en)\b/i.test(tag))
    ?.toLowerCase()
    .startsWith('zh')
    ? 'zh'
    : 'en'

const chosen = recall('language')

/** The language of every text, and of what the server is asked for. */
export const language = signal<Language>(chosen === 'zh' || chosen === 'en' ? chosen : preferred())

/** The texts in that language: none before `loadWords`, only those of the feed before `loadMoreWords`. */
export const words = signal({} as Words)

/** Loads the texts of the feed in the language, and shows it in them. */
export async function loadWords(): Promise<void> {
  const to = language.peek()
  document.documentElement.lang = to === 'zh' ? 'zh-CN' : 'en'
  const feed = to === 'zh' ? (await import('./words/zh.ts')).zh : (await import('./words/en.ts')).en
  words.value = { ...words.peek(), ...feed }
}

/** Loads those of all other screens. */
export async function loadMoreWords(): Promise<void> {
  const more =
    language.peek() === 'zh'
      ? (await import('./words/more-zh.ts')).moreZh
      : (await import('./words/more-en.ts')).moreEn
  words.value = { ...words.peek(), ...more }
}

export function chooseLanguage(to: Language): void {
  remember('language', to)
  language.value = to
  void loadWords()
  void loadMoreWords()
}

const compact = computed(
  () =>
    new Intl.NumberFormat(language.value === 'zh' ? 'zh-CN' : 'en', {
      notation: 'compact',
      maximumFractionDigits: 1,
    }),
)

/** A count as it stands below an icon: 1.2万, 12K. */
export const shortCount = (count: number): string => compact.value.format(Math.max(0, count))

/** A moment of a list, Unix ms: the time of a day that is today, else the date. */
export function shortTime(ms: number): string {
  const date = new Date(ms)
  const today = new Date().toDateString() === date.toDateString()
  return new Intl.DateTimeFormat(
    language.value === 'zh' ? 'zh-CN' : 'en',
    today ? { hour: '2-digit', minute: '2-digit' } : { month: 'short', day: 'numeric' },
  ).format(date)
}
