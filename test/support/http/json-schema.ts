/** A schema as the documentation has it, as far as it uses JSON Schema. */
export interface Schema {
  readonly type?: string | readonly string[]
  readonly required?: readonly string[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly minimum?: number
  readonly maximum?: number
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
}

/**
 * What is wrong with a response by its schema, place by place; fields that the schema doesn't know are
 * wrong too. `blank`: values say nothing (0 for an id), as they do in a failure; types still hold.
 */
export function schemaErrors(value: unknown, schema: Schema, blank = false, at = '$'): string[] {
  const wrong = (what: string) => [`${at}: ${what}, but ${JSON.stringify(value)}`]
  if (schema.allOf) {
    const { allOf, ...own } = schema
    return schemaErrors(value, merged([own, ...allOf]), blank, at)
  }
  const either = Array.isArray(schema.type)
    ? schema.type.map((type) => ({ ...schema, type }))
    : schema.type === undefined && schema.anyOf
  if (either) {
    const each = either.map((one) => schemaErrors(value, one, blank, at))
    return each.find((errors) => errors.length === 0) ?? each.flat()
  }
  switch (schema.type) {
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value))
        return wrong('object')
      const properties = schema.properties ?? {}
      return [
        ...(schema.required ?? []).flatMap((name) => (name in value ? [] : wrong(`needs ${name}`))),
        ...Object.entries(value).flatMap(([name, field]) => {
          const known = properties[name]
          return known ? schemaErrors(field, known, blank, `${at}.${name}`) : wrong(`no ${name}`)
        }),
      ]
    }
    case 'array':
      if (!Array.isArray(value)) return wrong('array')
      return value.flatMap((item, i) =>
        schemaErrors(item, schema.items ?? {}, blank, `${at}[${i}]`),
      )
    case 'number':
    case 'integer': {
      const isOne = schema.type === 'integer' ? Number.isSafeInteger : Number.isFinite
      if (!isOne(value)) return wrong(schema.type)
      if (schema.enum && !blank && !schema.enum.includes(value))
        return wrong(`one of ${schema.enum}`)
      const number = value as number
      const low = schema.minimum !== undefined && number < schema.minimum
      const high = schema.maximum !== undefined && number > schema.maximum
      return (low && !blank) || high ? wrong(`from ${schema.minimum} to ${schema.maximum}`) : []
    }
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('boolean')
    case 'string':
      if (typeof value !== 'string') return wrong('string')
      return schema.format === 'uri' && !blank && !/^https?:\/\//.test(value) ? wrong('a URL') : []
    default:
      return wrong(`no schema of type ${schema.type}`)
  }
}

/** Objects that hold at once, as one. */
const merged = (parts: readonly Schema[]): Schema => ({
  type: 'object',
  required: parts.flatMap(({ required = [] }) => required),
  properties: Object.assign({}, ...parts.map(({ properties }) => properties)),
})
