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
  return (request: Request): AppError => {
    const known = methods.get(withoutSlash(pathOf(request.url)))
    if (!known) return new AppError('not_found')
    return new AppError('method_not_allowed', { allow: [...known].sort().join(', ') })
  }
}
