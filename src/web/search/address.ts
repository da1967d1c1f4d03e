/** What is looked for, as the API has it. */
export type SearchKind = 'video' | 'user' | 'tag'

export interface Wanted {
  readonly keyword: string
  readonly kind: SearchKind
}

export const maxKeyword = 64

/** The address of a search, or of a video that it found. */
export const searchPath = (keyword: string, kind: SearchKind, videoId?: number): string =>
  `/search${videoId ? `/${videoId}` : ''}?${new URLSearchParams({ q: keyword, type: kind })}`
