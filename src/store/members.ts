/** Ids that something is true of for one user: the videos liked, the users followed. */
export interface Members extends ReadonlySet<number> {
  /** Changes with the ids, and is that of no other set; a set that is made for one request has none. */
  readonly stamp?: number
}
