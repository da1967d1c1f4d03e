import { FFmpeg } from '@ffmpeg/ffmpeg'
import { isDiskFull } from '../../lib/disk-full.ts'
import type { Program, Ran } from './messages.ts'
import { WRITE_FAILED } from './mount.ts'
import { coreURL, workerURL } from './paths.ts'

/** Where the files of a job appear to ffmpeg. */
export const MOUNT = '/media'

const LOG_LINES = 40

let ffmpeg: FFmpeg | undefined

/**
 * Runs ffmpeg or ffprobe in a fresh instance. Resolves whatever its exit status; rejects if the
 * instance crashed, after which the process should be replaced.
 */
export async function runProgram(job: Program): Promise<Ran> {
  ffmpeg ??= new FFmpeg()
  const log: string[] = []
  let full = false
  const listen = ({ type, message }: { type: string; message: string }) => {
    if (type === WRITE_FAILED) full ||= isDiskFull({ code: message })
    log.push(message)
    if (log.length > LOG_LINES) log.shift()
  }
  ffmpeg.on('log', listen)
  try {
    // Loading again gives a fresh instance in the same worker.
    await ffmpeg.load({ classWorkerURL: workerURL, coreURL, wasmURL: 'embedded:' })
    await ffmpeg.createDir(MOUNT)
    await mount(ffmpeg, job.files)
    const code = await ffmpeg[job.program === 'ffmpeg' ? 'exec' : 'ffprobe']([...job.args])
    const output = job.report && (await readText(ffmpeg, job.report))
    return { code, log, full, ...(output === undefined ? {} : { output }) }
  } finally {
    ffmpeg.off('log', listen)
  }
}

// The class declares only emscripten's own types of file system, but passes any name on.
const mount = (ffmpeg: FFmpeg, files: object): Promise<unknown> =>
  ffmpeg.mount('DISK' as Parameters<FFmpeg['mount']>[0], { files } as never, MOUNT)

const readText = (ffmpeg: FFmpeg, path: string): Promise<string> =>
  ffmpeg.readFile(path, 'utf8').then(String, () => '')
