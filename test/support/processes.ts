import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** The state of a process, and who started it; null if there is none. Linux only, like all of these. */
export function statOf(pid: number): { state: string; parent: number } | null {
  try {
    const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')
    const [state = '', parent] = rest.split(' ')
    return { state, parent: Number(parent) }
  } catch {
    return null
  }
}

/** A zombie only waits for whoever collects it. */
export const lives = (pid: number): boolean => !['Z', undefined].includes(statOf(pid)?.state)

/** The processes that a process started, and those that they started. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const parent = /^\d+$/.test(name) ? statOf(Number(name))?.parent : undefined
    if (parent !== undefined) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const below = (one: number): number[] =>
    (children.get(one) ?? []).flatMap((child) => [child, ...below(child)])
  return below(pid)
}

/** The words of the command that a process was started by; none, if it has ended. */
export function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return []
  }
}

/** The paths of the files that a process has open. */
export function openFilesOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)]
      } catch {
        return []
      }
    })
  } catch {
    return []
  }
}
