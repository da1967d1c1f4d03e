/** An object whose parts are made one by one, each when it is first asked for. */
export function lazily<T extends object>(makers: { readonly [K in keyof T]: () => T[K] }): T {
  const object = {} as T
  for (const name in makers) {
    Object.defineProperty(object, name, {
      enumerable: true,
      configurable: true,
      get() {
        const value = makers[name]()
        // A plain property from here on.
        Object.defineProperty(object, name, { enumerable: true, value })
        return value
      },
    })
  }
  return object
}
