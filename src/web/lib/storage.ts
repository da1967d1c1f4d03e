// A browser may forbid storage, or have none left: then nothing is remembered, and nothing fails.

/** A value that this browser was asked to remember. */
export function recall(key: string): string | null {
  try {
    return localStorage.getItem(`douyin.${key}`)
  } catch {
    return null
  }
}

/** Remembers a value, or forgets it with null. */
export function remember(key: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`douyin.${key}`)
    else localStorage.setItem(`douyin.${key}`, value)
  } catch {
    // It holds until the page is closed.
  }
}
