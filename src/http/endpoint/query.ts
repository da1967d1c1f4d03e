import { AppError } from '../../errors.ts'
import type { RawParams } from './params.ts'

/**
 * The parameters in the query of a URL; of a repeated one the first.
 * @throws AppError invalid_request
 */
export function readQuery(url: string): RawParams {
  const start = url.indexOf('?')
  if (start === -1) return nothing
  // Most queries have nothing to decode: finding one parameter is then faster than parsing them all.
  const encoded = url.indexOf('%', start) !== -1 || url.indexOf('+', start) !== -1
  return encoded ? queryParams(url) : { get: (name) => find(url, start + 1, name) }
}

/** The same, all of them. @throws AppError invalid_request */
export function queryParams(url: string): Map<string, unknown> {
  const params = new Map<string, unknown>()
  const start = url.indexOf('?')
  if (start === -1) return params
  for (const pair of url.slice(start + 1).split('&')) {
    const equals = pair.indexOf('=')
    const name = decode(equals === -1 ? pair : pair.slice(0, equals))
    if (name !== '' && !params.has(name)) {
      params.set(name, equals === -1 ? '' : decode(pair.slice(equals + 1)))
    }
  }
  return params
}

const nothing: RawParams = new Map()

/** The value of a parameter in a query that begins at `start` and holds nothing encoded. */
function find(url: string, start: number, name: string): string | undefined {
  for (let at = start; at > 0; at = url.indexOf('&', at) + 1) {
    if (!url.startsWith(name, at)) continue
    const behind = at + name.length
    const next = url[behind]
    if (next === undefined || next === '&') return ''
    if (next !== '=') continue
    const end = url.indexOf('&', behind)
    return end === -1 ? url.slice(behind + 1) : url.slice(behind + 1, end)
  }
  return undefined
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new AppError('invalid_request', { reason: 'percent-encoding' })
  }
}
