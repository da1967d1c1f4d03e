/**
 * The shapes of the published responses, and a strict reading of them: each key has exactly its type, nothing is null
 * anywhere, a list is a list. Unknown keys are allowed (the API has grown before), unknown types are not.
 */

/** What a field may be. `id`, `url`, `moment` and `day` are only zero-like ('' or 0) in a failure. */
interface Leaves {
  /** integer in 1 … 2^53−1; 0 in a failure */
  id: number
  /** integer in 0 … 2^53−1 */
  count: number
  /** integer of either sign */
  int: number
  flag: boolean
  text: string
  /** absolute http(s) address; '' in a failure */
  url: string
  /** Unix milliseconds in a string */
  moment: string
  /** MM-DD */
  day: string
}

export type Shape = keyof Leaves | readonly [Shape] | { readonly [key: string]: Shape }

/** The TypeScript type of a shape. A key that ends in `?` may be absent, but never null. */
export type Of<S> = S extends keyof Leaves
  ? Leaves[S]
  : S extends readonly [infer Item]
    ? Of<Item>[]
    : { [K in keyof S as K extends `${string}?` ? never : K]: Of<S[K]> } & {
        [K in keyof S as K extends `${infer Name}?` ? Name : never]?: Of<S[K]>
      }

export const envelope = { status_code: 'int', status_msg: 'text' } as const

export const user = {
  id: 'id',
  name: 'text',
  follow_count: 'count',
  follower_count: 'count',
  is_follow: 'flag',
  avatar: 'url',
  background_image: 'url',
  signature: 'text',
  total_favorited: 'count',
  work_count: 'count',
  favorite_count: 'count',
} as const

export const friend = { ...user, message: 'text', msgType: 'count' } as const

export const video = {
  id: 'id',
  author: user,
  play_url: 'url',
  cover_url: 'url',
  favorite_count: 'count',
  comment_count: 'count',
  is_favorite: 'flag',
  title: 'text',
} as const

export const comment = { id: 'id', user, content: 'text', create_date: 'day' } as const

export const message = {
  id: 'id',
  to_user_id: 'id',
  from_user_id: 'id',
  content: 'text',
  create_time: 'moment',
} as const

export type User = Of<typeof user>
export type Video = Of<typeof video>
export type Comment = Of<typeof comment>
export type Message = Of<typeof message>
export type Envelope = Of<typeof envelope>

/**
 * Everything in which `value` departs from `shape`, one line each; [] when nothing does.
 * @param settled true for a success, where ids, addresses and times must be real; false for a failure
 */
export function departures(shape: Shape, value: unknown, settled: boolean, at = '$'): string[] {
  if (typeof shape === 'string') {
    return fits(shape, value, settled) ? [] : [`${at} is ${JSON.stringify(value)}, not ${shape}`]
  }
  if (Array.isArray(shape)) {
    if (!Array.isArray(value)) return [`${at} is ${JSON.stringify(value)}, not a list`]
    return value.flatMap((item, i) => departures(shape[0], item, settled, `${at}[${i}]`))
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return [`${at} is ${JSON.stringify(value)}, not an object`]
  }
  const fields = value as Record<string, unknown>
  return Object.entries(shape).flatMap(([key, inner]) => {
    const name = key.replace(/\?$/, '')
    if (!(name in fields)) return key === name ? [`${at}.${name} is missing`] : []
    // What may be absent may be there with nothing in it, too.
    return departures(inner, fields[name], settled && key === name, `${at}.${name}`)
  })
}

/** The paths of every null in a parsed JSON value, however deep and under whatever key. */
export function nulls(value: unknown, at = '$'): string[] {
  if (value === null) return [at]
  if (typeof value !== 'object') return []
  return Object.entries(value as object).flatMap(([key, inner]) => nulls(inner, `${at}.${key}`))
}

function fits(leaf: keyof Leaves, value: unknown, settled: boolean): boolean {
  switch (leaf) {
    case 'id':
      return Number.isSafeInteger(value) && (value as number) >= (settled ? 1 : 0)
    case 'count':
      return Number.isSafeInteger(value) && (value as number) >= 0
    case 'int':
      return Number.isSafeInteger(value)
    case 'flag':
      return typeof value === 'boolean'
    case 'text':
      return typeof value === 'string'
    case 'url':
      return matches(value, settled, /^https?:\/\/[^/]+\/\S+$/)
    case 'moment':
      return matches(value, settled, /^[1-9]\d{12}$/)
    case 'day':
      return matches(value, settled, /^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/)
  }
}

function matches(value: unknown, settled: boolean, pattern: RegExp): boolean {
  return typeof value === 'string' && (pattern.test(value) || (!settled && value === ''))
}
