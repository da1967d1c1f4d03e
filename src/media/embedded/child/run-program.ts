import { FFmpeg } from '@ffmpeg/ffmpeg'
import { mountPoint, type ProgramJob, type ProgramResult } from '../messages.ts'
import { diskFull } from './disk-mount.ts'

const maxLogLines = 40

/** Of the output, in characters: a file can make ffprobe print as much as it likes. */
const maxOutputLength = 4 << 20

let ffmpeg: FFmpeg | undefined

let worn = false

/** Whether a program left open what it had opened, so that this process had better be replaced. */
export const isWorn = (): boolean => worn

/**
 * Runs ffmpeg or ffprobe in a fresh instance. Resolves whatever its exit status; ends this process if
 * the instance crashed. Of its output the first 4 MB are returned.
 */
export async function runProgram(job: ProgramJob): Promise<ProgramResult> {
  ffmpeg ??= new FFmpeg()
  const from = process.cpuUsage()
  const cpuMs = () => {
    const { user, system } = process.cpuUsage(from)
    return (user + system) / 1000
  }
  const log: string[] = []
  const output = outputOf(job)
  let full = false
  const listen = ({ type, message }: { type: string; message: string }) => {
    if (type === diskFull) full = true
    if (type === 'stdout') output.add(message)
    else log.push(message)
    if (log.length > maxLogLines) log.shift()
  }
  ffmpeg.on('log', listen)
  try {
    // Loading again gives a fresh instance in the same worker.
    await ffmpeg.load({ classWorkerURL: workerURL, coreURL, wasmURL: 'embedded:' })
    await ffmpeg.createDir(mountPoint)
    // The class declares only emscripten's own types of file system, but passes any name on.
    const disk = 'DISK' as Parameters<FFmpeg['mount']>[0]
    await ffmpeg.mount(disk, { files: job.files } as never, mountPoint)
    const code = await ffmpeg[job.name === 'ffmpeg' ? 'exec' : 'ffprobe']([...job.args])
    return { code, cpuMs: cpuMs(), output: output.text(), log, diskFull: full }
  } catch (error) {
    // It ended itself by `exit`: emscripten throws an object for that, which the worker prints so.
    if (String(error) === '[object Object]') {
      worn = true
      return { code: 1, cpuMs: cpuMs(), output: output.text(), log, diskFull: full }
    }
    // It accessed memory out of its bounds. The parent is told by the exit.
    return process.exit(1)
  } finally {
    ffmpeg.off('log', listen)
  }
}

/** Gathers lines until there are too many: from then on none, so that what is cut is never whole JSON. */
function outputOf({ distinct = false }: ProgramJob) {
  const seen = new Set<string>()
  const lines: string[] = []
  let room = maxOutputLength
  return {
    add(line: string) {
      if (distinct && seen.has(line)) return
      room -= line.length + 1
      if (room < 0) return
      lines.push(line)
      if (distinct) seen.add(line)
    },
    text: () => lines.map((line) => `${line}\n`).join(''),
  }
}

/**
 * The URL of a module of this folder that is an entry point of the build. The build keeps each extra
 * entry point at its path below the root of the repository, while the main bundle, which this module
 * becomes a part of, lies at the root.
 */
const entryURL = (name: string): string =>
  Bun.pathToFileURL(
    Bun.isStandaloneExecutable
      ? `${import.meta.dir}/src/media/embedded/child/${name}.js`
      : `${import.meta.dir}/${name}.ts`,
  ).href

const workerURL = entryURL('worker')
const coreURL = entryURL('core')
