import type { TObject, TSchema } from '@sinclair/typebox'
import type { Bilingual } from '../../errors.ts'
import { type Access, type Contract, isRead } from '../endpoint/contract.ts'
import { tagOf } from './prose.ts'
import { envelope, exampleOf, orBlank, refusal, type Schema, withRequired } from './schema.ts'
import { inForm, inJson, inQuery } from './taken.ts'

/** A part of a multipart body that is a file. */
export interface FilePart {
  readonly name: string
  readonly about: Bilingual
  readonly required: boolean
}

/**
 * The hooks of a route: the body is left to us, since Elysia's parsers hold it whole and accept `1e3`
 * and `0x10` as ids, and `detail` is what Swagger shows of the contract, still in both languages: see
 * `document.ts`.
 * @param files says which parts of a multipart body are files; such a body is the only form if one of
 *   them is required
 */
export function operation(declared: Contract, files: readonly FilePart[] = []) {
  const { tag, summary, description, access, path, params, response, deprecated } = declared
  const content = jsonOf(response)
  return {
    ...(isRead(declared) ? {} : { parse: 'none' as const }),
    detail: {
      tags: [tagOf(tag)],
      summary,
      ...(description ? { description } : {}),
      ...(deprecated ? { deprecated } : {}),
      parameters: [
        ...parameters('path', path),
        ...(isRead(declared) ? parameters('query', params) : []),
      ],
      ...(isRead(declared) ? {} : { requestBody: bodyOf(declared, files) }),
      responses: {
        200: {
          description: {
            zh: '`status_code` 为 0 表示成功；否则被拒绝，原因见 `status_msg`。',
            en: '`status_code` 0: done. Anything else: refused, `status_msg` says why.',
          },
          content,
        },
        default: {
          description: {
            zh: '传输失败：429（何时重试见 `Retry-After`）、413、408 或 5xx。',
            en: 'A failure of transport: 429 (`Retry-After` says when to come back), 413, 408 or 5xx.',
          },
          content: {
            'application/json': { schema: envelope, example: refusal('too_many_requests') },
          },
        },
      },
      security: security[access],
    },
  }
}

const either = [{ bearer: [] }, { token: [] }]
const security: Record<Access, object[]> = {
  required: either,
  optional: [{}, ...either],
  lenient: [{}, ...either],
  none: [],
}

/** A response, success or failure: the envelope, then the endpoint's own fields. */
function jsonOf(response: TObject): object {
  const own = { ...orBlank(response), ...withRequired(response) }
  const isBare = Object.keys(response.properties).length === 0
  return {
    'application/json': {
      schema: isBare ? envelope : { allOf: [envelope, own] },
      example: {
        ...(exampleOf(envelope) as object),
        ...(exampleOf(response) as object),
      },
    },
  }
}

function parameters(place: 'path' | 'query', { properties, required = [] }: TObject): object[] {
  return Object.entries(properties).map(([name, { about, examples, ...schema }]) => ({
    in: place,
    name,
    required: required.includes(name),
    ...(about ? { description: about } : {}),
    ...(place === 'query' && !required.includes(name) ? { allowEmptyValue: true } : {}),
    schema: place === 'query' ? inQuery(schema as TSchema) : schema,
    ...(examples?.length > 0 ? { example: examples[0] } : {}),
  }))
}

/**
 * The forms of a body, and what its type is called after the name of the operation: generated clients
 * tell by the type which form is meant, so each has its own. They take the first if in doubt.
 */
const forms = {
  'application/json': 'Body',
  'application/x-www-form-urlencoded': 'Form',
  'multipart/form-data': 'Multipart',
} as const

function bodyOf(declared: Contract, files: readonly FilePart[]): object {
  const { params, example } = declared
  const { properties, ...rest } = params
  const parts = files.map(({ name, about }) => [name, { type: 'string', format: 'binary', about }])
  const fields = {
    Body: inJson(declared),
    Form: inForm(declared),
    Multipart: { ...inForm(declared), ...Object.fromEntries(parts) },
  }
  const needed = files.filter(({ required }) => required).map(({ name }) => name)
  if (needed.length > 0) {
    const required = [...(params.required ?? []), ...needed]
    const schema = { ...rest, properties: fields.Multipart, required, title: 'Body' }
    return { required: true, content: { 'multipart/form-data': { schema } } }
  }
  const sample = { ...(exampleOf(params) as object), ...example }
  const contents = Object.entries(forms).map(([form, title]) => {
    const schema = {
      ...rest,
      properties: fields[title],
      title,
      ...conditionsOf(declared, fields[title]),
    }
    return [form, { schema, example: sample }]
  })
  // The query will do as well, so no body is required. (And from one that is, in more than one form,
  // openapi-python-client 0.29 makes a module that can't be imported.)
  return { content: Object.fromEntries(contents) }
}

/**
 * That a parameter which is used only beside a certain value of another one is needed there, and that
 * one of those that are all optional is needed.
 */
function conditionsOf({ params, needsOne }: Contract, taken: Record<string, Schema>): object {
  const fields = Object.entries(params.properties)
  const conditions = fields.flatMap(([name, { usedWith }]) =>
    Object.entries<readonly (number | null)[]>(usedWith ?? {}).map(([other, values]) => ({
      if: { properties: { [other]: { enum: values.flatMap(asTaken) } }, required: [other] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: [name] },
    })),
  )
  const anyOf = Object.entries(taken).map(([name, one]) =>
    isThere(name, one, params.properties[name]),
  )
  return {
    ...(conditions.length > 0 ? { allOf: conditions } : {}),
    ...(needsOne ? { anyOf } : {}),
  }
}

/** What is null doesn't count, nor what is empty where the parameter may not be. */
function isThere(name: string, taken: Schema, field: TSchema | undefined): object {
  if (!field) return { required: [name] }
  const type = [taken.type].flat().filter((one) => one !== 'null')
  return {
    required: [name],
    properties: { [name]: { type, ...(field.minLength ? { minLength: 1 } : {}) } },
  }
}

const asTaken = (value: number | null) => (value === null ? [null] : [value, String(value)])

/** The hooks of a route beside the API: whom it is for, and what it returns with which status. */
export const plainOperation = (
  summary: Bilingual,
  description: Bilingual,
  responses: Record<number, { description: Bilingual; content: object }>,
): object => ({ detail: { tags: [tagOf('服务')], summary, description, responses, security: [] } })
