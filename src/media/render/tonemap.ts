import type { Ffmpeg } from '../ffmpeg.ts'
import type { VideoInfo } from '../inspect/file-info.ts'

/**
 * The filters that map a high dynamic range (ITU-R BT.2100) to BT.709; without them a phone's sunny
 * day turns grey. The input is described in full, since many files state only half of it and zscale
 * then finds no conversion. White is at 203 nits (ITU-R BT.2408).
 */
export function tonemapFilters({ tonemaps }: Ffmpeg, { hdr }: VideoInfo): string[] {
  if (!hdr || !tonemaps) return []
  const from = 'pin=bt2020:min=bt2020nc:rin=tv:npl=203'
  const to = 'p=bt709:t=bt709:m=bt709:r=tv'
  // HLG is designed to be clipped at white; PQ goes up to 10,000 nits and has to be compressed.
  if (hdr === 'hlg') return [`zscale=tin=arib-std-b67:${from}:${to}`]
  return [
    `zscale=tin=smpte2084:${from}:t=linear:p=bt709:m=gbr`,
    'format=gbrpf32le,tonemap=mobius',
    `zscale=tin=linear:pin=bt709:${to}`,
  ]
}
