/** Samples of a pixel: luma and two of chroma, as they are subsampled; a plane of alpha is one more. */
const samples: readonly (readonly [format: RegExp, samples: number])[] = [
  [/^(gray|pal8|mono|bayer)/, 1],
  [/^(rgba|bgra|argb|abgr|gbrap|ayuv|vuya|rgb0|bgr0|0rgb|0bgr)/, 4],
  [/^(rgb|bgr|gbr|xyz)/, 3],
  [/444|^nv(24|42)|^p41/, 3],
  [/422|440|yuyv|uyvy|^nv(16|20)|[py]210/, 2],
  [/411|410/, 1.5],
]

/** 4:2:0, as most have: of what isn't known the least is assumed. */
const fewestSamples = 1.5

/** Bytes of a pixel of a format, by ffmpeg's name for it: `yuv444p`, `yuv420p10le`, `p010le`. */
export function pixelBytes(format = ''): number {
  const count = samples.find(([pattern]) => pattern.test(format))?.[1] ?? fewestSamples
  const alpha = /^yuva/.test(format) ? 1 : 0
  const isDeep = /(9|1[0-6]|48|64)(le|be)$/.test(format)
  return (count + alpha) * (isDeep ? 2 : 1)
}
