import type { Av1Info, VideoInfo } from '../../inspect/file-info.ts'

/**
 * The filters that give a picture, which was decoded beside ffmpeg, what the container says of it: the
 * shape of its pixels, its colours, and which way up it is. ffmpeg does that by itself for what it
 * decodes.
 */
export function asShown({ av1 }: VideoInfo): string[] {
  if (!av1) return []
  const { aspect, fullRange, colours, matrix } = av1
  const named = Object.entries(colours).map(([name, value]) => `:${name}=${value}`)
  return [
    `setsar=${aspect}`,
    `setparams=range=${fullRange ? 'pc' : 'tv'}${named.join('')}`,
    ...turned(matrix),
  ]
}

/** As ffmpeg does for what it decodes; by another angle no camera turns a picture. */
function turned([a, b, c, d]: Av1Info['matrix']): string[] {
  const isUpright = Math.abs(a) + Math.abs(d) > Math.abs(b) + Math.abs(c)
  if (isUpright) return [...(a < 0 ? ['hflip'] : []), ...(d < 0 ? ['vflip'] : [])]
  // A stored x becomes a shown y, downwards if b is positive; a stored y one to the left if c is negative.
  if (b > 0) return [c > 0 ? 'transpose=cclock_flip' : 'transpose=clock']
  return [c > 0 ? 'transpose=cclock' : 'transpose=clock_flip']
}
