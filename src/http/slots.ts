/** How many of something each key has open at once; keys with none take no memory. */
export interface Slots {
  /** Takes a slot and answers the function that gives it back, or null when all are taken. */
  take(key: string): (() => void) | null
}

/** At most `limit` slots for each key. */
export function createSlots(limit: number): Slots {
  const taken = new Map<string, number>()
  return {
    take(key) {
      const count = taken.get(key) ?? 0
      if (count >= limit) return null
      taken.set(key, count + 1)
      let given = false
      return () => {
        if (given) return
        given = true
        const left = (taken.get(key) ?? 1) - 1
        if (left === 0) taken.delete(key)
        else taken.set(key, left)
      }
    },
  }
}
