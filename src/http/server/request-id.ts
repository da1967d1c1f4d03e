import { nanoid } from 'nanoid'

const ids = new WeakMap<Request, string>()
let process = ''
let made = 0

/** What a request is called in the log and in an answer to it; made when first asked for. */
export function requestIdOf(request: Request): string {
  const known = ids.get(request)
  if (known !== undefined) return known
  const id = freshId()
  ids.set(request, id)
  return id
}

/** A name for something that has no request of its own; no two of any process are the same. */
export function freshId(): string {
  process ||= nanoid(8)
  return `${process}-${(++made).toString(36)}`
}
