import type { TSchema } from '@sinclair/typebox'
import type { Contract } from '../endpoint/contract.ts'
import type { Schema } from './schema.ts'

// What is taken beside the type of a parameter, so that the document says no less than the server
// does: some clients carry every value as text, others write what isn't set as null.

/** Digits of an id, as many as are exact in a number. */
const digits = { 0: '0|[1-9][0-9]{0,14}', 1: '[1-9][0-9]{0,14}' } as const

/** A number that JSON has not rounded. */
const exact = { exclusiveMinimum: -(2 ** 53), exclusiveMaximum: 2 ** 53 }

/** A parameter in a query. */
export function inQuery(schema: TSchema): object {
  if (!schema.moment) return schema
  // Whatever is no number means now.
  const { minimum, maximum, ...rest } = schema
  return { ...rest, type: ['integer', 'string'] }
}

/** The properties of a body of a form, in which what is empty counts as absent. */
export const inForm = (declared: Contract): Record<string, Schema> =>
  fieldsOf(declared, (field, isOptional) =>
    field.type === 'string' && isOptional ? orEmpty(field) : field,
  )

/** The properties of a body in JSON, in which `null` counts as absent too. */
export const inJson = (declared: Contract): Record<string, Schema> =>
  fieldsOf(declared, (field, isOptional) =>
    field.type === 'integer' ? wholeNumber(field, isOptional) : text(field, isOptional),
  )

function fieldsOf(
  { params: { properties, required = [] } }: Contract,
  schemaOf: (field: TSchema, isOptional: boolean) => Schema,
): Record<string, Schema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, field]) => [
      name,
      schemaOf(field, !(required.includes(name) || field.usedWith)),
    ]),
  )
}

function orEmpty({ minLength, pattern, enum: choices, ...schema }: TSchema): Schema {
  return {
    ...schema,
    ...(choices ? { enum: [...choices, ''] } : {}),
    ...(pattern === undefined ? {} : { pattern: `${pattern}|^$` }),
  }
}

function wholeNumber({ enum: choices, minimum, ...schema }: TSchema, isOptional: boolean): Schema {
  const absent = isOptional ? ['null'] : []
  const type = ['integer', 'string', ...absent]
  if (choices) {
    const { type: _, maximum, ...rest } = schema
    // Each type by itself: there are generators that know no list of both.
    const texts = { type: 'string', enum: choices.map(String) }
    return { ...rest, anyOf: [{ type: 'integer', enum: choices }, texts] }
  }
  const pattern = `^(?:${digits[minimum === 0 ? 0 : 1]})${isOptional ? '?' : ''}$`
  return { ...schema, type, minimum, pattern }
}

function text(schema: TSchema, isOptional: boolean): Schema {
  const taken = isOptional ? orEmpty(schema) : schema
  if (schema.enum) return taken
  return {
    ...taken,
    ...exact,
    type: ['string', 'number', 'boolean', ...(isOptional ? ['null'] : [])],
  }
}
