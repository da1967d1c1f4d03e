import type { Ffmpeg } from '../ffmpeg.ts'
import type { FileInfo } from '../inspect/file-info.ts'
import type { MediaOptions } from '../media.ts'

/** What `cover` works with. */
export interface CoverContext {
  readonly ffmpeg: Ffmpeg
  readonly limits: Pick<MediaOptions, 'maxPixels'>
}

/** What `render` works with. */
export interface RenderContext {
  readonly ffmpeg: Ffmpeg
  readonly limits: Pick<MediaOptions, 'maxDuration' | 'maxPixels'>
  /** @throws AppError not_a_video, video_damaged, busy, unavailable */
  readonly readFileInfo: (path: string) => Promise<FileInfo>
}
