/** One Ctrl-C may send two signals within this time: one by the terminal, one by `npm start`. */
const sameSignalMs = 500

/** Resolves with the first signal to stop; a second one ends the process at once. */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let first = Number.POSITIVE_INFINITY
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (performance.now() - first > sameSignalMs) process.exit(130)
        first = Math.min(first, performance.now())
        resolve(signal)
      })
    }
  })
}
