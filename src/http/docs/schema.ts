import { type TObject, type TSchema, Type as t } from '@sinclair/typebox'
import { AppError, type Bilingual, type ErrorCode } from '../../errors.ts'

export type Schema = Record<string, unknown> & { properties?: Record<string, Schema> }

/** What every response of the API has. */
export const envelope = t.Object(
  {
    status_code: t.Integer({
      minimum: 0,
      about: { zh: '0 表示成功，其他见状态码表', en: '0, or a code of the table above' },
      examples: [0],
    }),
    status_msg: t.String({
      about: { zh: '供用户阅读的说明', en: 'For a person to read' },
      examples: [{ zh: '成功', en: 'success' }],
    }),
  },
  { title: 'Envelope' },
)

/** A schema that holds for failures as well, where every field is present and blank. */
export function orBlank({ properties, ...schema }: TSchema | Schema): Schema {
  if (schema.minimum === 1) return { ...schema, minimum: 0 }
  // An empty text is a reference, but no URI.
  if (schema.format === 'uri') return { ...schema, format: 'uri-reference' }
  const items = schema.items ? { items: orBlank(schema.items as Schema) } : {}
  if (!properties) return { ...schema, ...items }
  const fields = Object.entries(properties as Record<string, Schema>)
  return {
    ...schema,
    properties: Object.fromEntries(fields.map(([name, field]) => [name, orBlank(field)])),
  }
}

/** Says that nothing is required rather than saying it with an empty list, which few tools expect. */
export const withRequired = ({ required = [] }: TObject): { required?: readonly string[] } =>
  required.length > 0 ? { required } : {}

/** A believable value of a schema, made of its examples; fields that are optional are left out. */
export function exampleOf(schema: TSchema): unknown {
  const { type, properties, required = [], items, examples, enum: choices } = schema
  if (examples !== undefined) return examples[0]
  if (type === 'array') return [exampleOf(items)]
  if (type === 'object') {
    return Object.fromEntries(required.map((name: string) => [name, exampleOf(properties[name])]))
  }
  if (type === 'boolean') return false
  return choices?.[0] ?? (type === 'integer' ? 0 : '')
}

/** The envelope of a refusal, in both languages. */
export function refusal(code: ErrorCode): { status_code: number; status_msg: Bilingual } {
  const error = new AppError(code)
  return {
    status_code: error.statusCode,
    status_msg: { zh: error.text('zh'), en: error.text('en') },
  }
}
