import { AppError } from '../../errors.ts'
import { pathOf, withoutSlash } from './path.ts'

/**
 * Says what is wrong with a request for which there is no route: the method, with those that the
 * path takes (HEAD wherever GET, and OPTIONS everywhere), or the path.
 */
export function unknownRoutes(routes: readonly { method: string; path: string }[]) {
  const methods = new Map<string, Set<string>>()
  for (const { method, path } of routes) {
    const stem = withoutSlash(path)
    const known = methods.get(stem) ?? new Set()
    methods.set(stem, known.add(method).add('OPTIONS'))
    if (method === 'GET') known.add('HEAD')
  }
  const patterns = [...methods]
    .filter(([stem]) => stem.includes(':'))
    .map(([stem, known]) => ({ form: new RegExp(`^${stem.replace(/:\w+/g, '[^/]+')}$`), known }))
  const knownOf = (stem: string) =>
    methods.get(stem) ??
    (isDecodable(stem) ? patterns.find(({ form }) => form.test(stem))?.known : undefined)
  return (request: Request): AppError => {
    const known = knownOf(withoutSlash(pathOf(request.url)))
    if (!known) return new AppError('not_found')
    return new AppError('method_not_allowed', { allow: [...known].sort().join(', ') })
  }
}

/** What can't be decoded leads nowhere, whatever the method. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}
