/**
 * The words of the index: SQLite's own tokenizers know no Chinese, and its trigrams no keyword of two
 * characters. Each character is written as four letters or digits, so that no text can be mistaken
 * for the syntax of a query and each is compared as a whole. What is written here is in every
 * database: another way of writing it takes a migration that fills the index anew.
 */
const digits = 4

const codeOf = (character: string): string =>
  (character.codePointAt(0) ?? 0).toString(36).padStart(digits, '0')

/** Stands behind the last character, so that it begins a word too. */
const end = '0'.repeat(digits)

/** A text as it is compared: width, case and what can't be seen aside, one space for any. */
const comparable = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/\s+/gu, ' ')
    .trim()

/** All neighbours in a text, in their order, as the index has them. */
export function grams(text: string): string {
  const codes = [...comparable(text)].map(codeOf)
  return codes.map((code, at) => code + (codes[at + 1] ?? end)).join(' ')
}

/** The #tags in a title, each as one word. */
export const tagsOf = (title: string): string =>
  [...comparable(title).matchAll(/#([\p{L}\p{M}\p{N}_]+)/gu)]
    .map(([, tag = '']) => tagWord(tag))
    .join(' ')

const tagWord = (tag: string): string => `t${[...tag].map(codeOf).join('')}`

/** The query for every word of a keyword, wherever it stands; null if there is nothing in it. */
export function matchOf(keyword: string): string | null {
  const words = comparable(keyword).split(' ').filter(Boolean)
  return words.length === 0 ? null : words.map(phraseOf).join(' AND ')
}

/** The query for a title with that very #tag; null if there can't be any. */
export function matchOfTag(keyword: string): string | null {
  const tag = comparable(keyword).replace(/^#/, '')
  return /^[\p{L}\p{M}\p{N}_]+$/u.test(tag) ? `tags : "${tagWord(tag)}"` : null
}

/** Neighbours in their order are the word itself; a single character is the beginning of some. */
function phraseOf(word: string): string {
  const codes = [...word].map(codeOf)
  const [only] = codes
  if (codes.length === 1) return `"${only}" *`
  return `"${codes
    .slice(1)
    .map((code, at) => codes[at] + code)
    .join(' ')}"`
}
