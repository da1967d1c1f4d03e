import { nanoid } from 'nanoid'

const ids = new WeakMap<Request, string>()

/** The id of a request in the log and in its response; made when first asked for. */
export function requestIdOf(request: Request): string {
  const id = ids.get(request) ?? freshId()
  ids.set(request, id)
  return id
}

/** An id for what has no request of its own; unique across processes. */
export const freshId = (): string => nanoid(12)
