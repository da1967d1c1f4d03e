/**
 * Puts a kept row and the record of its user together, and answers the same object for as long as
 * both are the same.
 */
export function pairing<R extends object, U extends object, T>(
  make: (row: R, user: U) => T,
): (row: R, user: U) => T {
  const made = new WeakMap<R, { user: U; pair: T }>()
  return (row, user) => {
    const known = made.get(row)
    if (known?.user === user) return known.pair
    const pair = make(row, user)
    made.set(row, { user, pair })
    return pair
  }
}
