import { dereference } from '@readme/openapi-parser'
import type { Schema } from './json-schema.ts'

/** An operation of the document, with every reference followed. */
export interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly description?: string
  readonly deprecated?: boolean
  readonly tags: readonly string[]
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly required: boolean
    readonly schema: Schema
    readonly example?: unknown
  }[]
  readonly requestBody?: { readonly required?: boolean; readonly content: Contents }
  readonly responses: Readonly<Record<string, { readonly description: string; content: Contents }>>
  readonly security: readonly object[]
}

type Contents = Readonly<Record<string, { readonly schema: Schema; readonly example?: unknown }>>

/** The document of a server as it is sent, in one language. */
export async function fetchDocument(url: string, language = 'zh'): Promise<any> {
  const headers = { 'accept-language': language }
  return (await fetch(`${url}/swagger/json`, { headers })).json()
}

/** Its operations by path and method, with every reference followed. */
export async function operationsOf(
  url: string,
): Promise<Record<string, Record<string, Operation>>> {
  const document = (await dereference(await fetchDocument(url))) as { paths: any }
  return document.paths
}

/** The parameters of an operation by name, wherever they are sent. */
export function fieldsOf({ parameters = [], requestBody }: Operation): Record<string, Schema> {
  const [body] = Object.values(requestBody?.content ?? {})
  const listed = parameters.map(({ name, schema }) => [name, schema])
  return { ...Object.fromEntries(listed), ...body?.schema.properties }
}
