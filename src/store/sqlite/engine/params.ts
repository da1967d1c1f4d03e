import { type Placeholder, type SQL, sql } from 'drizzle-orm'

/** Bound values for the columns of an INSERT, each under its own name. */
export const params = <N extends string>(...names: readonly N[]): Record<N, Placeholder<N>> =>
  Object.fromEntries(names.map((name) => [name, sql.placeholder(name)])) as never

/** The same for the columns of an UPDATE, which drizzle takes as SQL only. */
export const setParams = <N extends string>(...names: readonly N[]): Record<N, SQL> =>
  Object.fromEntries(names.map((name) => [name, sql`${sql.placeholder(name)}`])) as never
