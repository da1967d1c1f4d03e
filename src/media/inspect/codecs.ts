/** Codecs that are decoded by decoders of their own names. */
const named = (names: string): Record<string, readonly string[]> =>
  Object.fromEntries(names.split(' ').map((name) => [name, [name]]))

/**
 * The video codecs that are accepted, each with the decoders of ffmpeg that may be used for it.
 * ffmpeg has 250 more, mostly for games of the nineties: nobody uploads those, and each is an attack
 * surface. AV1 needs one of three libraries, which the embedded build lacks.
 */
const video: Record<string, readonly string[]> = {
  ...named('h264 hevc vp8 vp9 mpeg4 mpeg2video mpeg1video h263 mjpeg prores dnxhd dvvideo'),
  ...named('msmpeg4v2 wmv2 wmv3 vc1 vp6f theora ffv1 rawvideo'),
  av1: ['libdav1d', 'libgav1', 'libaom-av1'],
  msmpeg4v3: ['msmpeg4'],
  flv1: ['flv'],
}

const audio: Record<string, readonly string[]> = {
  ...named('aac flac alac ac3 eac3 wmav2 wmapro adpcm_ms adpcm_ima_wav adpcm_ima_qt'),
  mp2: ['mp2', 'mp2float'],
  mp3: ['mp3', 'mp3float'],
  opus: ['opus', 'libopus'],
  vorbis: ['vorbis', 'libvorbis'],
  dts: ['dca'],
  amr_nb: ['amrnb', 'libopencore_amrnb'],
  amr_wb: ['amrwb', 'libopencore_amrwb'],
  // mediabunny writes `pcm-s16` and `ulaw` where ffprobe writes `pcm_s16le` and `pcm_mulaw`.
  pcm: ['pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_s24be', 'pcm_s32le', 'pcm_s32be', 'pcm_u8'],
  'pcm-f': ['pcm_f32le', 'pcm_f32be', 'pcm_f64le', 'pcm_f64be', 'pcm_s8'],
  law: ['pcm_mulaw', 'pcm_alaw'],
}

/** For ffmpeg's `-codec_whitelist`. */
export const decoderList = Object.values({ ...video, ...audio })
  .flat()
  .join(',')

/** Whether an engine with these decoders decodes a video codec. */
export const decodesVideo = (codec: string, decoders: ReadonlySet<string>): boolean =>
  (video[codec] ?? []).some((decoder) => decoders.has(decoder))

/** Whether audio of a codec can be turned into AAC. Every build of ffmpeg has these decoders. */
export const decodesAudio = (codec: string): boolean =>
  codec in audio || /^pcm[-_]|^[au]law$/.test(codec)

/** The video decoders of the embedded build, as far as they are used here. */
export const embeddedDecoders: ReadonlySet<string> = new Set(
  Object.entries(video).flatMap(([codec, decoders]) => (codec === 'av1' ? [] : decoders)),
)
