import type { TObject } from '@sinclair/typebox'
import type { Bilingual } from '../../errors.ts'
import { type Access, type Contract, isRead } from '../endpoint/contract.ts'
import { tagOf } from './prose.ts'
import { envelope, exampleOf, orBlank, refusal, withRequired } from './schema.ts'

/**
 * The hooks of a route: the body is left to us, since Elysia's parsers hold it whole and accept `1e3`
 * and `0x10` as ids, and `detail` is what Swagger shows of the contract, still in both languages: see
 * `document.ts`.
 * @param file says which part of a multipart body is a file; such a body is the only form then
 */
export function operation(declared: Contract, file?: { name: string; about: Bilingual }) {
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
      ...(isRead(declared) ? {} : { requestBody: bodyOf(declared, file) }),
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
    schema,
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

function bodyOf({ params, example }: Contract, file?: { name: string; about: Bilingual }): object {
  const { properties, ...rest } = params
  if (!file) {
    const sample = { ...(exampleOf(params) as object), ...example }
    const contents = Object.entries(forms).map(([form, title]) => [
      form,
      { schema: { ...rest, properties, title, ...conditionsOf(params) }, example: sample },
    ])
    // The query will do as well, so no body is required.
    return { content: Object.fromEntries(contents) }
  }
  const part = { type: 'string', format: 'binary', about: file.about }
  const schema = {
    ...rest,
    properties: { ...properties, [file.name]: part },
    required: [...(params.required ?? []), file.name],
    title: 'Body',
  }
  return { required: true, content: { 'multipart/form-data': { schema } } }
}

/** That a parameter which is used only beside a certain value of another one is needed there. */
function conditionsOf({ properties }: TObject): { allOf?: object[] } {
  const conditions = Object.entries(properties).flatMap(([name, { usedWith }]) =>
    Object.entries<unknown>(usedWith ?? {}).map(([other, value]) => ({
      if: { properties: { [other]: { const: value } }, required: [other] },
      // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
      then: { required: [name] },
    })),
  )
  return conditions.length > 0 ? { allOf: conditions } : {}
}

/** The hooks of a route beside the API: whom it is for, and what it returns with which status. */
export const plainOperation = (
  summary: Bilingual,
  description: Bilingual,
  responses: Record<number, { description: Bilingual; content: object }>,
): object => ({ detail: { tags: [tagOf('服务')], summary, description, responses, security: [] } })
