import { nanoid } from 'nanoid'

const ids = new WeakMap<Request, string>()
let process = ''
let made = 0

/** The id of a request in the log and in its response; made when first asked for. */
export function requestIdOf(request: Request): string {
  const known = ids.get(request)
  if (known !== undefined) return known
  const id = freshId()
  ids.set(request, id)
  return id
}

/** An id for what has no request of its own; unique across processes. */
export function freshId(): string {
  process ||= nanoid(8)
  return `${process}-${(++made).toString(36)}`
}
