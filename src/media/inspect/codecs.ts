/**
 * The video codecs that are accepted, each with the decoders of ffmpeg that may be used for it.
 * ffmpeg has 250 more, mostly for games of the nineties: nobody uploads those, and each is an attack
 * surface. AV1 needs one of three libraries, which the embedded build lacks.
 */
const video: Record<string, readonly string[]> = {
  h264: ['h264'],
  hevc: ['hevc'],
  av1: ['libdav1d', 'libgav1', 'libaom-av1'],
  vp8: ['vp8'],
  vp9: ['vp9'],
  mpeg4: ['mpeg4'],
  mpeg2video: ['mpeg2video'],
  mpeg1video: ['mpeg1video'],
  h263: ['h263'],
  mjpeg: ['mjpeg'],
  prores: ['prores'],
  dnxhd: ['dnxhd'],
  dvvideo: ['dvvideo'],
  msmpeg4v2: ['msmpeg4v2'],
  msmpeg4v3: ['msmpeg4'],
  wmv2: ['wmv2'],
  wmv3: ['wmv3'],
  vc1: ['vc1'],
  flv1: ['flv'],
  vp6f: ['vp6f'],
  theora: ['theora'],
  ffv1: ['ffv1'],
  rawvideo: ['rawvideo'],
}

const audio: Record<string, readonly string[]> = {
  aac: ['aac'],
  mp2: ['mp2', 'mp2float'],
  mp3: ['mp3', 'mp3float'],
  opus: ['opus', 'libopus'],
  vorbis: ['vorbis', 'libvorbis'],
  flac: ['flac'],
  alac: ['alac'],
  ac3: ['ac3'],
  eac3: ['eac3'],
  dts: ['dca'],
  amr_nb: ['amrnb', 'libopencore_amrnb'],
  amr_wb: ['amrwb', 'libopencore_amrwb'],
  wmav2: ['wmav2'],
  wmapro: ['wmapro'],
  adpcm_ms: ['adpcm_ms'],
  adpcm_ima_wav: ['adpcm_ima_wav'],
  adpcm_ima_qt: ['adpcm_ima_qt'],
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
