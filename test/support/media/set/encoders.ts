/** How a picture is encoded, and with which size and rate, where the codec knows only some. */
export interface Video {
  readonly args: readonly string[]
  /** Behind the marks of the picture. */
  readonly filter?: string
  readonly size?: string
  readonly rate?: string
  readonly shown?: readonly [width: number, height: number]
  /** The embedded ffmpeg can't encode it; the native one can. */
  readonly native?: boolean
  /** The embedded ffmpeg, which measures the times of a file, doesn't decode it. */
  readonly unmeasured?: boolean
}

const coder = (name: string, ...more: string[]): Video => ({
  args: ['-c:v', name, '-pix_fmt', 'yuv420p', ...more],
})
const x264 = (...more: string[]): Video =>
  coder('libx264', '-preset', 'ultrafast', '-g', '30', ...more)
const deep = (curve: string): Video => ({
  ...x264(
    ...['-pix_fmt', 'yuv420p10le', '-color_primaries', 'bt2020', '-color_trc', curve],
    ...['-colorspace', 'bt2020nc'],
  ),
  filter: `format=gbrp,zscale=tin=bt709:pin=bt709:min=gbr:rin=pc:t=${curve}:p=bt2020:m=bt2020nc:r=tv:npl=203`,
})
const pixels = (name: string, format: string, ...more: string[]): Video => ({
  args: ['-c:v', name, '-pix_fmt', format, ...more],
})
const good = ['-q:v', '3']
const interlaced = ['-flags', '+ildct+ilme']

/** The encoders of pictures. */
export const videos = {
  h264: x264(),
  'h264-b': coder('libx264', '-preset', 'veryfast', '-bf', '3', '-g', '30'),
  'h264-baseline': x264('-profile:v', 'baseline'),
  'h264-main': coder('libx264', '-preset', 'veryfast', '-profile:v', 'main'),
  'h264-cavlc': coder('libx264', '-preset', 'veryfast', '-coder', 'vlc'),
  'h264-intra': x264('-g', '1'),
  'h264-open-gop': coder('libx264', '-preset', 'veryfast', '-x264opts', 'open-gop=1:keyint=15'),
  'h264-full-range': x264('-pix_fmt', 'yuvj420p'),
  'h264-10bit': x264('-pix_fmt', 'yuv420p10le'),
  'h264-422': x264('-pix_fmt', 'yuv422p'),
  'h264-444': x264('-pix_fmt', 'yuv444p'),
  'h264-lossless': x264('-qp', '0'),
  'h264-i': coder('libx264', '-preset', 'veryfast', '-x264opts', 'tff=1', ...interlaced),
  'h264-level': x264('-level', '5.2'),
  hlg: deep('arib-std-b67'),
  pq: deep('smpte2084'),
  hevc: { ...coder('libx265', '-preset', 'ultrafast', '-tag:v', 'hvc1'), native: true },
  av1: {
    ...coder('libaom-av1', '-usage', 'realtime', '-cpu-used', '8'),
    native: true,
    unmeasured: true,
  },
  vp8: coder('libvpx', '-deadline', 'realtime', '-b:v', '1M'),
  // The embedded encoder crashes unless it is lossless.
  vp9: coder('libvpx-vp9', '-lossless', '1'),
  'vp9-profile2': {
    ...pixels('libvpx-vp9', 'yuv420p10le', '-deadline', 'realtime', '-cpu-used', '8'),
    native: true,
  },
  theora: coder('libtheora', '-q:v', '7'),
  mpeg4: coder('mpeg4', ...good),
  'mpeg4-b': coder('mpeg4', ...good, '-bf', '2'),
  'mpeg4-i': coder('mpeg4', ...good, ...interlaced),
  mpeg2video: coder('mpeg2video', ...good),
  'mpeg2video-i': coder('mpeg2video', ...good, '-bf', '2', ...interlaced),
  mpeg1video: coder('mpeg1video', ...good),
  h263: { ...coder('h263', ...good), size: '352x288' },
  // The embedded encoder never ends.
  mjpeg: { ...pixels('mjpeg', 'yuvj420p', ...good), native: true },
  jpeg2000: { ...coder('jpeg2000'), rate: '10' },
  prores: pixels('prores_ks', 'yuv422p10le', '-profile:v', '0'),
  'prores-4444': pixels('prores_ks', 'yuva444p10le', '-profile:v', '4'),
  dnxhr: { ...pixels('dnxhd', 'yuv422p', '-profile:v', 'dnxhr_lb'), size: '640x360' },
  cfhd: { ...pixels('cfhd', 'yuv422p10le'), size: '640x360' },
  v210: { ...pixels('v210', 'yuv422p10le'), rate: '10' },
  qtrle: { ...pixels('qtrle', 'rgb24'), rate: '10' },
  png: { ...pixels('png', 'rgb24'), rate: '10' },
  svq1: pixels('svq1', 'yuv410p'),
  huffyuv: pixels('huffyuv', 'yuv422p'),
  ffvhuff: coder('ffvhuff'),
  utvideo: coder('utvideo'),
  magicyuv: coder('magicyuv'),
  zmbv: pixels('zmbv', 'bgr0'),
  rawvideo: { ...coder('rawvideo'), rate: '10' },
  ffv1: coder('ffv1'),
  msmpeg4v2: coder('msmpeg4v2', ...good),
  msmpeg4v3: coder('msmpeg4', ...good),
  wmv1: coder('wmv1', ...good),
  wmv2: coder('wmv2', ...good),
  flv1: coder('flv', ...good),
  flashsv: { ...pixels('flashsv', 'bgr24'), rate: '10' },
  flashsv2: { ...pixels('flashsv2', 'bgr24'), rate: '10' },
  rv10: { ...coder('rv10', ...good), size: '352x288' },
  rv20: { ...coder('rv20', ...good), size: '352x288' },
  dv: { ...coder('dvvideo'), size: '720x576', rate: '25', shown: [768, 576] },
} satisfies Record<string, Video>

const tone = (name: string, ...more: string[]) => ['-c:a', name, ...more]
const experimental = ['-strict', '-2']

/** The encoders of sound. */
export const sounds: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    [
      ...['ac3', 'eac3', 'alac', 'wmav1', 'wmav2', 'tta', 'wavpack', 'mp2', 'adpcm_ms'],
      ...['adpcm_ima_wav', 'adpcm_yamaha', 'pcm_s16le', 'pcm_s16be', 'pcm_s24le', 'pcm_u8'],
      ...['pcm_f32le', 'pcm_f64le', 'pcm_mulaw', 'pcm_alaw', 'adpcm_ima_qt', 'pcm_dvd'],
      'pcm_bluray',
    ].map((name) => [name, tone(name)]),
  ),
  aac: tone('aac', '-b:a', '96k'),
  'aac-mono': tone('aac', '-ac', '1', '-ar', '22050'),
  'aac-5.1': tone('aac', '-ac', '6'),
  'aac-96k': tone('aac', '-ar', '96000'),
  flac: tone('flac', ...experimental),
  mp3: tone('libmp3lame'),
  // The embedded encoder crashes in stereo.
  opus: tone('libopus', '-ac', '1'),
  vorbis: tone('libvorbis'),
  dts: tone('dca', ...experimental),
  truehd: tone('truehd', ...experimental),
  mlp: tone('mlp', ...experimental),
  s302m: tone('s302m', ...experimental),
  g722: tone('g722', '-ac', '1', '-ar', '16000'),
  g726: tone('g726', '-ac', '1', '-ar', '8000'),
  nellymoser: tone('nellymoser', '-ac', '1', '-ar', '22050'),
  adpcm_swf: tone('adpcm_swf', '-ar', '22050'),
  real_144: tone('real_144', '-ac', '1', '-ar', '8000'),
}
