import type { Language } from '../../errors.ts'

type Json = Record<string, unknown>

/** A document as the plugin derives it from the routes. */
export interface Derived {
  readonly paths: Record<string, Record<string, Json>>
  readonly components: { readonly schemas: Json }
  readonly [name: string]: unknown
}

/**
 * The OpenAPI document in one language. What the plugin makes says 3.0.3, but our schemas are JSON
 * Schema as 3.1 has it. Texts in both languages become one, schemas with the name of a type go to
 * `components` once, and what only our own checks understand is left out.
 */
export function documentIn(language: Language, derived: Derived): object {
  const schemas: Json = {}
  const convert = (value: unknown, name: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => convert(one, name))
    if (typeof value !== 'object' || value === null) return value
    if ('zh' in value && 'en' in value) return (value as Json)[language]
    const fields = Object.entries(value)
      .filter(([key]) => !ownKeywords.has(key))
      .map(([key, field]) => [key === 'about' ? 'description' : key, convert(field, name)])
    const converted: Json = Object.fromEntries(fields)
    const { title } = converted
    // There is a field of that name too, which is no text.
    if (typeof title !== 'string' || !typeName.test(title)) return converted
    // The body of an operation is named after it.
    const type = bodies.has(title) ? `${name}${title}` : title
    schemas[type] ??= { ...converted, title: type }
    return { $ref: `#/components/schemas/${type}` }
  }
  const { paths, components, ...head } = derived
  const operations = Object.entries(paths).map(([path, methods]) => [
    path,
    Object.fromEntries(
      Object.entries(methods).map(([way, one]) => [way, operationOf(one, convert)]),
    ),
  ])
  return {
    ...(convert(head, '') as object),
    openapi: '3.1.0',
    paths: Object.fromEntries(operations),
    components: { ...(convert(components, '') as object), schemas },
  }
}

const bodies = new Set(['Body', 'Form', 'Multipart'])

const typeName = /^[A-Z][A-Za-z]*$/

/** What the readers of parameters know beyond JSON Schema, and TypeBox's own. */
const ownKeywords = new Set(['trim', 'raw', 'moment', 'usedWith', '~kind'])

function operationOf(operation: Json, convert: (value: unknown, name: string) => unknown): unknown {
  // `postDouyinUserLogin` says no more than `postUserLogin`.
  const operationId = String(operation.operationId).replace('Douyin', '')
  const type = operationId.replace(/^(get|post)/, '')
  return { ...(convert(operation, type) as Json), operationId }
}
