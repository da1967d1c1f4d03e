/** A function of an object, called once for each; the result goes with the object. */
export function memoize<A extends object, T>(make: (a: A) => T): (a: A) => T {
  const made = new WeakMap<A, { result: T }>()
  return (a) => {
    const known = made.get(a)
    if (known) return known.result
    const result = make(a)
    made.set(a, { result })
    return result
  }
}

/**
 * A function of two objects that returns the same result for as long as it is called with the same
 * two. One result is kept for each first object, and goes with it.
 */
export function memoizePair<A extends object, B extends object, T>(
  make: (a: A, b: B) => T,
): (a: A, b: B) => T {
  const made = new WeakMap<A, { b: B; result: T }>()
  return (a, b) => {
    const known = made.get(a)
    if (known?.b === b) return known.result
    const result = make(a, b)
    made.set(a, { b, result })
    return result
  }
}
