import { type TObject, type TSchema, Type as t } from '@sinclair/typebox'
import type { Access } from '../endpoint/auth.ts'
import { type Contract, isRead } from '../endpoint/contract.ts'

/**
 * The hooks of a route: the body is left to us, since Elysia's parsers hold it whole and accept `1e3`
 * and `0x10` as ids, and `detail` is what Swagger shows of the contract.
 */
export function operation(declared: Contract, requestBody?: object) {
  const { tag, summary, description, access, path, params, response } = declared
  const content = { 'application/json': { schema: enveloped(response) } }
  return {
    ...(isRead(declared) ? {} : { parse: 'none' as const }),
    detail: {
      tags: [tag],
      summary,
      ...(description ? { description } : {}),
      parameters: [
        ...parameters('path', path),
        ...(requestBody ? [] : parameters('query', access === 'none' ? params : withToken(params))),
      ],
      ...(requestBody ? { requestBody } : {}),
      responses: {
        200: {
          description: '`status_code` 0: done. Anything else: refused, `status_msg` says why.',
          content,
        },
        default: {
          description:
            'A failure of transport: 429 (`Retry-After` says when to come back), 413, 408 or 5xx.',
          content,
        },
      },
      security: security[access],
    },
  }
}

const security: Record<Access, object[]> = {
  required: [{ bearer: [] }],
  optional: [{}, { bearer: [] }],
  lenient: [{}, { bearer: [] }],
  none: [],
}

/** Schema of a response, success or failure: the envelope, then the endpoint's own fields. */
function enveloped(response: TObject): object {
  return {
    type: 'object',
    required: ['status_code', 'status_msg', ...(response.required ?? [])],
    properties: {
      status_code: {
        type: 'integer',
        description: '0, or a code of the table above',
        examples: [0],
      },
      status_msg: { type: 'string', description: 'For a person to read', examples: ['成功'] },
      ...orBlank(plain(response)).properties,
    },
  }
}

type Schema = Record<string, unknown> & { properties?: Record<string, Schema> }

/** A schema that holds for failures as well, where every field is present and blank. */
function orBlank({ properties, ...schema }: Schema): Schema {
  if (schema.minimum === 1) return { ...schema, minimum: 0 }
  // An empty text is a reference, but no URI.
  if (schema.format === 'uri') return { ...schema, format: 'uri-reference' }
  if (!properties) return schema
  const fields = Object.entries(properties).map(([name, field]) => [name, orBlank(field)])
  return { ...schema, properties: Object.fromEntries(fields) }
}

/** The parameters with the one that every contract has unless its access is `none`. */
const withToken = ({ properties }: TObject): TObject =>
  t.Object({
    ...properties,
    token: t.Optional(
      t.String({ description: 'From register or login; `Authorization: Bearer` does as well' }),
    ),
  })

function parameters(place: 'path' | 'query', declared: TObject): object[] {
  return Object.entries(declared.properties).map(([name, field]) => {
    const { description, examples, ...schema } = plain(field)
    const required = declared.required?.includes(name) ?? false
    const example = Array.isArray(examples) ? { example: examples[0] } : {}
    return { in: place, name, required, description, schema, ...example }
  })
}

/** The request body of the upload, which no plugin can derive: we read it ourselves. */
export const uploadBody = (params: TObject): object => ({
  required: true,
  content: {
    'multipart/form-data': {
      schema: plain(
        t.Object({
          ...withToken(params).properties,
          data: t.String({ format: 'binary', description: '视频数据' }),
        }),
      ),
    },
  },
})

/** A schema without TypeBox's symbols and our own keywords. */
export const plain = (schema: TSchema): Schema =>
  JSON.parse(JSON.stringify(schema, (key, value) => (ownKeywords.has(key) ? undefined : value)))

const ownKeywords = new Set(['trim', 'raw', 'moment', 'usedWith'])
