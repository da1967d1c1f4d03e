import { recall, remember } from '../lib/storage.ts'
import { maxKeyword } from './address.ts'

const maxKept = 8

/** What was looked for on this browser, the newest first. */
export function recentSearches(): readonly string[] {
  try {
    const kept: unknown = JSON.parse(recall('searches') ?? '[]')
    return Array.isArray(kept) ? kept.filter((one) => typeof one === 'string') : []
  } catch {
    return []
  }
}

export function keepSearch(keyword: string): void {
  const others = recentSearches().filter((one) => one !== keyword && one.length <= maxKeyword)
  remember('searches', JSON.stringify([keyword, ...others].slice(0, maxKept)))
}
