import { FFmpeg } from '@ffmpeg/ffmpeg'
import { type JobFiles, mountPoint, type ProgramJob, type ProgramResult } from '../messages.ts'
import { diskFull, writeFailed } from './disk-mount.ts'
import { coreURL, workerURL } from './entry-urls.ts'

const maxLogLines = 40

let ffmpeg: FFmpeg | undefined

/**
 * Runs ffmpeg or ffprobe in a fresh instance. Resolves whatever its exit status; rejects if the
 * instance crashed, after which the process should be replaced.
 */
export async function runProgram(job: ProgramJob): Promise<ProgramResult> {
  ffmpeg ??= new FFmpeg()
  const log: string[] = []
  let full = false
  const listen = ({ type, message }: { type: string; message: string }) => {
    if (type === writeFailed) full ||= message === diskFull
    log.push(message)
    if (log.length > maxLogLines) log.shift()
  }
  ffmpeg.on('log', listen)
  try {
    // Loading again gives a fresh instance in the same worker.
    await ffmpeg.load({ classWorkerURL: workerURL, coreURL, wasmURL: 'embedded:' })
    await ffmpeg.createDir(mountPoint)
    await mount(ffmpeg, job.files)
    const code = await ffmpeg[job.name === 'ffmpeg' ? 'exec' : 'ffprobe']([...job.args])
    const output = job.report && (await readText(ffmpeg, job.report))
    return { code, log, diskFull: full, ...(output === undefined ? {} : { output }) }
  } finally {
    ffmpeg.off('log', listen)
  }
}

// The class declares only emscripten's own types of file system, but passes any name on.
const mount = (ffmpeg: FFmpeg, files: JobFiles): Promise<unknown> =>
  ffmpeg.mount('DISK' as Parameters<FFmpeg['mount']>[0], { files } as never, mountPoint)

const readText = (ffmpeg: FFmpeg, path: string): Promise<string> =>
  ffmpeg.readFile(path, 'utf8').then(String, () => '')
