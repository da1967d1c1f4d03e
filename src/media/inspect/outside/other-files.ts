import type { AppError } from '../../../errors.ts'

/** What a file is that is no video: the code of the refusal, and the name that people give to it. */
interface OtherKind {
  readonly code: Extract<AppError['code'], 'photo' | 'sound_only' | 'not_a_video'>
  readonly format: string
}

/** By bytes at a place from the beginning, in hexadecimal digits or as text. */
const signatures: readonly [at: number, bytes: string, kind: OtherKind][] = [
  ...photos([0, 'ffd8ff', 'JPEG'], [0, '89504e47', 'PNG'], [0, '49492a00', 'TIFF']),
  ...photos([0, '4d4d002a', 'TIFF'], [0, '49492b00', 'TIFF'], [8, text('WEBP'), 'WebP']),
  ...photos([0, text('GIF8'), 'GIF'], [0, text('8BPS'), 'PSD'], [4, text('jP  '), 'JPEG 2000']),
  ...photos([0, text('BM'), 'BMP'], [0, '0000000c4a584c20', 'JPEG XL'], [0, 'ff0a', 'JPEG XL']),
  ...sounds([0, text('ID3'), 'MP3'], [0, text('fLaC'), 'FLAC'], [8, text('WAVE'), 'WAV']),
  ...sounds([0, text('FORM'), 'AIFF'], [0, text('#!AMR'), 'AMR'], [0, text('MThd'), 'MIDI']),
  ...sounds([0, text('caff'), 'CAF'], [0, text('OggS'), 'Ogg'], [0, text('MAC '), 'APE']),
  ...sounds([0, 'fffb', 'MP3'], [0, 'fff3', 'MP3'], [0, 'fffa', 'MP3'], [0, 'fff2', 'MP3']),
  ...sounds([0, 'fff1', 'AAC'], [0, 'fff9', 'AAC'], [0, text('wvpk'), 'WavPack']),
  ...others([0, text('%PDF'), 'PDF'], [0, '504b0304', 'ZIP'], [0, text('Rar!'), 'RAR']),
  ...others([0, '377abcaf271c', '7z'], [0, '1f8b', 'GZIP'], [0, text('MZ'), 'EXE']),
  ...others([0, 'd0cf11e0', 'Office'], [0, '7f454c46', 'ELF'], [0, text('#EXTM3U'), 'M3U8']),
  ...others([0, text('FWS'), 'SWF'], [0, text('CWS'), 'SWF'], [0, '53514c69746520', 'SQLite']),
  ...others([0, text('#!'), 'TXT'], [0, text('{\\rtf'), 'RTF'], [257, text('ustar'), 'TAR']),
]

type Row = [at: number, bytes: string, format: string]

function photos(...rows: Row[]): [number, string, OtherKind][] {
  return rows.map(([at, bytes, format]) => [at, bytes, { code: 'photo', format }])
}

function sounds(...rows: Row[]): [number, string, OtherKind][] {
  return rows.map(([at, bytes, format]) => [at, bytes, { code: 'sound_only', format }])
}

function others(...rows: Row[]): [number, string, OtherKind][] {
  return rows.map(([at, bytes, format]) => [at, bytes, { code: 'not_a_video', format }])
}

function text(characters: string): string {
  return Buffer.from(characters, 'latin1').toString('hex')
}

/** Recognises by its first bytes what isn't a video; null if it is nothing that is known. */
export function otherKindOf(head: Buffer): OtherKind | null {
  for (const [at, bytes, kind] of signatures) {
    if (head.toString('hex', at, at + bytes.length / 2) === bytes) return kind
  }
  return looksLikeText(head) ? { code: 'not_a_video', format: 'TXT' } : null
}

/** The brands of still pictures that are kept in the boxes of an MP4: ISO/IEC 23008-12, AVIF. */
const photoBrands: Record<string, string> = {
  ...{ heic: 'HEIC', heix: 'HEIC', heim: 'HEIC', heis: 'HEIC', mif1: 'HEIF', mif2: 'HEIF' },
  ...{ msf1: 'HEIF', hevc: 'HEIF', avif: 'AVIF', avis: 'AVIF', avci: 'HEIF', 'crx ': 'CR3' },
}

/** The name of the photo that a file with this brand is, if it has no film in it. */
export const photoFormat = (brand: string): string => photoBrands[brand] ?? 'HEIF'

/** The name of the still picture that a file begins like; null if it begins like none. */
export function pictureFormat(head: Buffer): string | null {
  if (isBoxed(head)) return photoBrands[head.toString('latin1', 8, 12)] ?? null
  if (/<svg\b/i.test(head.toString('latin1'))) return 'SVG'
  const kind = otherKindOf(head)
  return kind?.code === 'photo' ? kind.format : null
}

/** The name of what a file begins like that is no picture; null if that is nothing that is known. */
export const otherFormat = (head: Buffer): string | null =>
  isBoxed(head) ? 'MP4' : (otherKindOf(head)?.format ?? null)

const isBoxed = (head: Buffer): boolean => head.toString('latin1', 4, 8) === 'ftyp'

/** Letters, signs and line ends alone; the last character may be cut. */
function looksLikeText(head: Buffer): boolean {
  return head.length >= 16 && !/[\0-\x08\x0e-\x1a\x1c-\x1f]|\ufffd(?!$)/.test(head.toString('utf8'))
}
