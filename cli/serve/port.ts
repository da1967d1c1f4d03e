import type { Config } from '../../src/config.ts'
import { AppError } from '../../src/errors.ts'
import { languageOf } from '../../src/http/endpoint/language.ts'
import { refuse } from '../../src/http/response/envelope.ts'
import { bind } from '../../src/http/server/listen.ts'
import { readIdentity } from '../../src/http/server/tls.ts'

/** Seconds after which a caller may look again. */
const retryAfter = 5

/**
 * Claims the port before anything is made, which may take long: callers are told to come again.
 * @returns the function that lets go of it, for the service to take
 * @throws Error with a sentence, if it can't be had
 */
export function claimPort(config: Config): () => void {
  const { host: hostname, port } = config
  const identity = readIdentity(config)
  const server = bind(hostname, port, () =>
    Bun.serve({
      ...{ hostname, port, reusePort: false, development: false },
      ...(identity ? { tls: { ...identity } } : {}),
      fetch: (request) => refuse(new AppError('unavailable', { retryAfter }), languageOf(request)),
    }),
  )
  return () => void server.stop(true)
}
