/**
 * What two names are compared by: RFC 8265's UsernameCaseMapped (width, case, composed form), and
 * what the eye can't tell apart in characters that it refuses and we don't: compatible forms,
 * invisible characters, runs of spaces. Equal keys are one account. The empty key is that of a name
 * of which nothing can be seen.
 * @see https://www.rfc-editor.org/rfc/rfc8265#section-3.3
 */
export function nameKey(name: string): string {
  return (
    name
      // Wide and narrow forms are compatible ones too.
      .normalize('NFKC')
      .toLowerCase()
      // At the end of a word a capital sigma becomes another letter than within.
      .replaceAll('ς', 'σ')
      .replace(invisible, '')
      .replace(/\s+/gu, ' ')
      .trim()
      .normalize('NFKC')
  )
}

/** Also U+2800, the pattern of Braille without a dot. */
const invisible = /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Cc}\u2800]/gu
