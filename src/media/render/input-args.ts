import { decoderList } from '../inspect/codecs.ts'
import { type Container, demuxers } from '../inspect/file-info.ts'
import { searchArgs } from '../inspect/search-args.ts'
import type { Limits } from '../media.ts'

/**
 * The input as arguments of ffmpeg, for both builds. The demuxer is named, so that ffmpeg never
 * chooses one that opens other files (playlists do); no protocol but files, for the native one; no
 * decoder but those that are accepted; and a bound on the picture that the decoder allocates,
 * whatever the container said of its size.
 */
export function inputArgs(
  { maxPixels }: Pick<Limits, 'maxPixels'>,
  container: Container,
  input: string,
): string[] {
  return [
    // Decoders count whole blocks, so a little more than the limit.
    ...['-max_pixels', `${Math.ceil(maxPixels * 1.1) + 65_536}`],
    ...['-protocol_whitelist', 'file', '-codec_whitelist', decoderList],
    ...[...searchArgs, '-f', demuxers[container], '-i', input],
  ]
}
