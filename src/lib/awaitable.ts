/** What may be there already. Waiting for a promise costs a turn that a value at hand doesn't need. */
export type Awaitable<T> = T | Promise<T>

/** Goes on with a value at once if it is at hand, else when it comes. */
export const after = <T, R>(value: Awaitable<T>, next: (value: T) => Awaitable<R>): Awaitable<R> =>
  value instanceof Promise ? value.then(next) : next(value)

/** Both values: at once if both are at hand. */
export const both = <A, B>(a: Awaitable<A>, b: Awaitable<B>): Awaitable<readonly [A, B]> =>
  a instanceof Promise || b instanceof Promise ? Promise.all([a, b]) : [a, b]
