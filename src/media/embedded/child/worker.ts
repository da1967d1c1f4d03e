// The Web Worker of `@ffmpeg/ffmpeg`. Exactly two static imports: with a dynamic one the first
// message is lost and loading hangs.
import './location.ts'
import '@ffmpeg/ffmpeg/worker'
