import type { Av1Info } from './file-info.ts'
import type { Stream } from './probe.ts'

/**
 * What a file says of AV1, which something else than ffmpeg may have to decode.
 * @param stream after what ffprobe has read of it
 * @param header the same when only the first packet is read: the size is that of the first picture
 * @param matrix by which it is shown; see `Av1Info`
 */
export function readAv1(
  stream: Stream,
  header: Partial<Stream>,
  matrix: Av1Info['matrix'],
): Av1Info {
  const bytes = bytesOfDump(header.extradata ?? '')
  const isRecord = bytes[0] === recordStart && bytes.length >= recordBytes
  const { color_space: space, color_transfer: curve, color_primaries: primaries } = stream
  return {
    width: header.width || stream.width || 0,
    height: header.height || stream.height || 0,
    sampling: isRecord ? samplingOf(bytes[2] ?? 0) : null,
    config: bytes.subarray(isRecord ? recordBytes : 0).toString('base64'),
    aspect: stream.sample_aspect_ratio?.replace(':', '/') ?? '1',
    fullRange: stream.color_range === 'pc',
    colours: {
      ...(known(space) && { colorspace: space }),
      ...(known(curve) && { color_trc: curve }),
      ...(known(primaries) && { color_primaries: primaries }),
    },
    matrix,
  }
}

/** In MP4 and Matroska a record of four bytes comes before the OBUs: AV1 in ISOBMFF, 2.3.3. */
const recordStart = 0x81
const recordBytes = 4

/** By the third byte of the record: a bit for the tier, then those of the depth and the sampling. */
function samplingOf(bits: number): string | null {
  if (bits & 0x40) return bits & 0x20 ? '12-bit' : '10-bit'
  if (bits & 0x10) return '4:0:0'
  if (bits & 0x08) return bits & 0x04 ? null : '4:2:2'
  return '4:4:4'
}

/** Names that the filters know too, as all of ffprobe's are but these. */
const known = (name: string | undefined): name is string =>
  name !== undefined && /^[\w-]+$/.test(name) && name !== 'unknown' && name !== 'reserved'

/** The bytes of a dump: lines of a place, up to eight groups of digits, and the same as text. */
function bytesOfDump(text: string): Buffer {
  const digits = Array.from(
    text.matchAll(/^[\da-f]{8}: ((?:[\da-f]+ )+)/gm),
    ([, line = '']) => line,
  )
  return Buffer.from(digits.join('').replaceAll(' ', ''), 'hex')
}
