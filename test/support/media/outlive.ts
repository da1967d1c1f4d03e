import { readFileSync } from 'node:fs'
import { register } from '../api.ts'
import { commandOf, descendants, lives, openFilesOf } from '../processes.ts'
import { spawnServer } from '../spawn.ts'
import { temporaryDirectory } from '../temporary-directory.ts'
import { until } from '../until.ts'
import { upload } from '../upload.ts'
import { makeClip } from './make.ts'

/** What a media process does to a file; `start` is before it has a job. */
export const steps = ['start', 'probe', 'copy', 'cover', 'transcode', 'verify'] as const

export type Step = (typeof steps)[number]

/** Long enough that each step is seen. */
const picture = ['-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=30:d=20', '-g', '30']
const recipes = {
  transcode: ['avi', ...picture, '-c:v', 'mpeg4'],
  other: ['mpegts', ...picture, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'],
} as const

/**
 * Starts a server, kills it with SIGKILL while a process of its does the step, and returns after how
 * many ms the last of its processes was gone.
 * @param ffmpeg the engine of the server, as its setting names it
 */
export async function outlive(
  program: readonly string[],
  ffmpeg: string,
  step: Step,
): Promise<number> {
  const { path, clean } = temporaryDirectory()
  try {
    const [format, ...args] = recipes[step === 'transcode' ? 'transcode' : 'other']
    const bytes = readFileSync(await makeClip(format, args))
    await using server = await spawnServer(program, path, { flags: ['--ffmpeg', ffmpeg] })
    const { token } = await register(server)
    let answered = false
    const again = async () => {
      for (let i = 0; !answered; i++) {
        const title = `clip ${i}`
        // Other bytes each time, since those that are known are not looked at again.
        const file = Buffer.concat([bytes, Buffer.from(`${i}`)])
        await upload(
          server,
          [
            ['title', title],
            ['data', file],
          ],
          `?token=${token}`,
        ).catch(() => {})
      }
    }
    void again()
    await until(() => descendants(server.pid).some((pid) => does(pid, step, ffmpeg)))
    const family = descendants(server.pid)
    if (family.length === 0) throw new Error('it ended too early to be seen')
    process.kill(server.pid, 'SIGKILL')
    const from = performance.now()
    answered = true
    await until(() => !family.some(lives))
    return performance.now() - from
  } finally {
    clean()
  }
}

/** Tells by the files that a process has open what it does, and of a native ffmpeg by its words. */
function does(pid: number, step: Step, ffmpeg: string): boolean {
  const words = commandOf(pid)
  if (step === 'start') return words.includes('__media')
  const files = openFilesOf(pid)
  const isOpen = (part: string) => files.some((file) => file.includes(part))
  if (step === 'probe' || ffmpeg === 'embedded') {
    if (!words.includes('__media')) return false
    const background = words.includes('background')
    switch (step) {
      case 'probe':
        return !background && isOpen('/tmp/')
      case 'copy':
        return !background && files.filter((file) => /\/tmp\/[^/.]+$/.test(file)).length > 1
      case 'cover':
        return isOpen('.bmp')
      case 'transcode':
        return background && isOpen('/sources/')
      default:
        return background && isOpen('/videos/')
    }
  }
  const line = words[0] === ffmpeg ? words.join(' ') : ''
  const marks = { copy: '-c:v copy', cover: '.bmp', transcode: '-c:v libx264', verify: '-f null' }
  return line.includes(marks[step]) && isOpen(step === 'verify' ? '/videos/' : '/')
}
