/** Numbers that are known to be the same as long as their stamp is. */
export interface StampedSet extends ReadonlySet<number> {
  /** Changes with the numbers, and is that of no other set; a set that is made for one use has none. */
  readonly stamp?: number
}

let lastStamp = 0

/** Gives a set its stamp: to be called when it is made, and whenever it has changed. */
export const stamped = <T extends Set<number>>(set: T): T & { stamp: number } =>
  Object.assign(set, { stamp: ++lastStamp })
