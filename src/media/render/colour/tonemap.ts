import { rm } from 'node:fs/promises'
import type { VideoInfo } from '../../inspect/file-info.ts'
import { writeWhole } from '../write-whole.ts'
import { cubeOf } from './cube.ts'

/** How a job maps the colours of its video to BT.709: nothing, unless they have a high range. */
export interface Tonemap extends AsyncDisposable {
  /** The files that the job reads for it. */
  readonly files: readonly string[]
  /**
   * The filters that scale and map a picture, given the one that scales and the names under which the
   * job sees `files`. Those that map leave RGB, and frames that still say that they are of BT.2100.
   */
  filters(scale: string, names: readonly string[]): string[]
}

/**
 * Without it a phone's sunny day turns grey. One table, since both engines then give the same colours,
 * and a picture may have any size. Its file is at `path` until disposed of.
 * @throws AppError storage_full
 */
export async function openTonemap({ hdr }: VideoInfo, path: string): Promise<Tonemap> {
  if (!hdr) return { files: [], filters: (scale) => [scale], [Symbol.asyncDispose]: async () => {} }
  await writeWhole(path, cubeOf(hdr))
  return {
    files: [path],
    // Many files state only half of what their colours are, so the matrix is named.
    filters: (scale, [table = '']) => [
      `${scale}+full_chroma_int+accurate_rnd:in_color_matrix=bt2020,format=gbrp12le`,
      `lut3d=file=${escaped(table)}:interp=tetrahedral`,
    ],
    [Symbol.asyncDispose]: () => rm(path, { force: true }),
  }
}

/** For a filter graph, which takes a text apart twice: into filters, and a filter into options. */
const escaped = (path: string): string =>
  path.replace(/[\\':]/g, '\\$&').replace(/[\\'[\],;]/g, '\\$&')
