import type { Static, TObject, TSchema } from '@sinclair/typebox'
import { AppError } from '../../errors.ts'
import { readInteger } from './integer.ts'

/** Parameters by name as they came in: text, or whatever a JSON body held. */
export type RawParams = Pick<ReadonlyMap<string, unknown>, 'get'>

/**
 * Makes the reader of one endpoint's parameters. What each may be is said by its schema alone:
 * `type`, `enum`, `minimum`, `maximum`, `minLength`, `maxLength` (characters, not bytes), `pattern`,
 * and `trim`. An empty text counts as absent, so an optional one is left out and a required one
 * refused; what the schema doesn't name is ignored.
 * @throws AppError missing, invalid, too_long: from the reader, naming the parameter
 */
export function paramsReader<S extends TObject>(schema: S): (raw: RawParams) => Static<S> {
  const required = new Set(schema.required ?? [])
  const fields = Object.entries(schema.properties).map(([name, field]) => ({
    name,
    required: required.has(name),
    read: fieldReader(name, field),
  }))
  return (raw) => {
    const params: Record<string, unknown> = {}
    for (const field of fields) {
      const value = field.read(raw.get(field.name))
      if (value !== undefined) params[field.name] = value
      else if (field.required) throw new AppError('missing', { field: field.name })
    }
    return params as Static<S>
  }
}

type Read = (value: unknown) => unknown

function fieldReader(name: string, schema: TSchema): Read {
  return schema.type === 'integer' ? integerReader(name, schema) : textReader(name, schema)
}

function integerReader(name: string, schema: TSchema): Read {
  const { minimum = 0, maximum = Number.MAX_SAFE_INTEGER } = schema
  const choices: readonly number[] | undefined = schema.enum
  return (value) => {
    if (value === undefined || value === '') return undefined
    const number = readInteger(value)
    const allowed = number !== null && number >= minimum && number <= maximum
    if (!allowed || (choices && !choices.includes(number))) {
      throw new AppError('invalid', { field: name })
    }
    return number
  }
}

function textReader(name: string, schema: TSchema): Read {
  const pattern = schema.pattern === undefined ? null : new RegExp(schema.pattern, 'u')
  return (value) => {
    if (value === undefined) return undefined
    if (typeof value !== 'string' || !value.isWellFormed()) {
      throw new AppError('invalid', { field: name })
    }
    const text = schema.trim ? value.trim().normalize('NFC') : value
    if (text === '' || (schema.minLength > 0 && text.trim() === '' && !schema.raw)) return undefined
    if (longerThan(text, schema.maxLength)) {
      throw new AppError('too_long', { field: name, max: schema.maxLength })
    }
    if (pattern && !pattern.test(text)) throw new AppError('invalid', { field: name })
    return text
  }
}

/** Counts code points, and only when UTF-16 units leave it open. */
function longerThan(text: string, max: number | undefined): boolean {
  if (max === undefined || text.length <= max) return false
  return text.length > 2 * max || [...text].length > max
}
