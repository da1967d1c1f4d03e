const librariesOfAv1 = ['libdav1d', 'libgav1', 'libaom-av1']

/** Codecs that are decoded by decoders of their own names. */
const named = (names: string): Record<string, readonly string[]> =>
  Object.fromEntries(names.split(' ').map((name) => [name, [name]]))

/** The decoder of AV1 that the media children have beside ffmpeg; see `render/av1`. */
export const dav1dDecoder = 'dav1d beside ffmpeg'

/**
 * The codecs that are accepted, as ffmpeg names them, each with the decoders that may be used for it.
 * Everything else comes from this one table: what a plan lets pass and what ffmpeg may decode. It has
 * what cameras, phones, browsers, screen recorders and editors write or wrote; ffmpeg has 200 more,
 * mostly for games of the nineties: nobody uploads those, and each is an attack surface.
 */
const video: Record<string, readonly string[]> = {
  ...named('h264 hevc vp8 vp9 mpeg4 mpeg2video mpeg1video h263 h263p h261 mjpeg mjpegb'),
  ...named('prores dnxhd dvvideo cfhd hap v210 jpeg2000 png ffv1 ffvhuff huffyuv utvideo'),
  ...named('rawvideo lagarith magicyuv fraps zmbv qtrle flashsv flashsv2 tscc2 mss2 svq1 svq3'),
  ...named('msmpeg4v1 msmpeg4v2 wmv1 wmv2 wmv3 vc1 vp6 vp6a vp6f vp7 vp3 theora rv10 rv20'),
  ...named('rv30 rv40 gif'),
  // Needs one of three libraries; what the embedded build lacks, a package has.
  av1: [dav1dDecoder, ...librariesOfAv1],
  msmpeg4v3: ['msmpeg4'],
  flv1: ['flv'],
  tscc: ['camtasia'],
}

const audio: Record<string, readonly string[]> = {
  ...named('aac aac_latm alac flac ac3 eac3 truehd mlp wmav1 wmav2 wmapro wmalossless wmavoice'),
  ...named('nellymoser gsm_ms qcelp evrc qdm2 cook sipr atrac3 s302m tta wavpack dvaudio'),
  ...named('adpcm_ms adpcm_ima_wav adpcm_ima_qt adpcm_swf adpcm_yamaha'),
  ...named('pcm_s8 pcm_u8 pcm_s16le pcm_s16be pcm_u16le pcm_u16be pcm_s24le pcm_s24be pcm_u24le'),
  ...named('pcm_u24be pcm_s32le pcm_s32be pcm_u32le pcm_u32be pcm_s64le pcm_s64be pcm_f32le'),
  ...named('pcm_f32be pcm_f64le pcm_f64be pcm_mulaw pcm_alaw pcm_dvd pcm_bluray pcm_s8_planar'),
  ...named('pcm_s16le_planar pcm_s16be_planar pcm_s24le_planar pcm_s32le_planar pcm_s24daud'),
  mp1: ['mp1', 'mp1float'],
  mp2: ['mp2', 'mp2float'],
  mp3: ['mp3', 'mp3float'],
  opus: ['opus', 'libopus'],
  vorbis: ['vorbis', 'libvorbis'],
  speex: ['speex', 'libspeex'],
  gsm: ['gsm', 'libgsm'],
  dts: ['dca'],
  amr_nb: ['amrnb', 'libopencore_amrnb'],
  amr_wb: ['amrwb', 'libopencore_amrwb'],
  adpcm_g722: ['g722'],
  adpcm_g726: ['g726'],
  adpcm_g726le: ['g726le'],
  ra_144: ['real_144'],
  ra_288: ['real_288'],
}

const decodersOf = (codec: string): readonly string[] => video[codec] ?? audio[codec] ?? []

const all = Object.values({ ...video, ...audio }).flat()

/** For ffmpeg's `-codec_whitelist`. */
export const decoderList = all.filter((decoder) => decoder !== dav1dDecoder).join(',')

/** Whether the table has a codec, whatever an engine makes of it. */
export const isKnown = (codec: string): boolean => decodersOf(codec).length > 0

/** Whether an engine with these decoders decodes a codec. */
export const decodes = (codec: string, decoders: ReadonlySet<string>): boolean =>
  decodersOf(codec).some((decoder) => decoders.has(decoder))

/** The decoders of the embedded build, as far as they are used here. */
export const embeddedDecoders: ReadonlySet<string> = new Set(
  all.filter((decoder) => !librariesOfAv1.includes(decoder)),
)

/** The codec that a decoder is for, in capitals; null if it isn't one of the table. */
export function codecOfDecoder(decoder: string): { kind: 'video' | 'audio'; name: string } | null {
  for (const [kind, codecs] of [['video', video] as const, ['audio', audio] as const]) {
    const name = Object.keys(codecs).find((codec) => codecs[codec]?.includes(decoder))
    if (name) return { kind, name: name.toUpperCase() }
  }
  return null
}
