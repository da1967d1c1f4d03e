import { type TObject, Type } from '@sinclair/typebox'
import { AppError } from '../../errors.ts'
import { jsonParams } from '../../http/endpoint/body.ts'
import { paramsReader } from '../../http/endpoint/params.ts'
import { type ClientFrame, clientFrames } from './frames.ts'

const readers = new Map(
  Object.entries(clientFrames).map(([type, schema]) => [type, paramsReader<TObject>(schema)]),
)

/**
 * Reads a frame of a client by the same rules as parameters: exact ids, no empty text, and what
 * isn't declared is ignored.
 * @throws AppError invalid_request, missing, invalid, too_long
 */
export function readFrame(data: string | Buffer): ClientFrame {
  const fields = objectOf(data)
  const type = fields.get('type')
  if (type === undefined) throw new AppError('missing', { field: 'type' })
  const read = readers.get(type as string)
  if (!read) throw new AppError('invalid', { field: 'type' })
  return read(fields) as ClientFrame
}

/** The `client_id` of a frame that was refused, so that its sender knows which one it was. */
export function clientIdOf(data: string | Buffer): string | undefined {
  try {
    return readClientId(objectOf(data)).client_id
  } catch {
    return undefined
  }
}

const readClientId = paramsReader(Type.Pick(clientFrames.send, ['client_id']))

function objectOf(data: string | Buffer): Map<string, unknown> {
  if (typeof data !== 'string') throw new AppError('invalid_request', { reason: 'binary frame' })
  return jsonParams(data)
}
