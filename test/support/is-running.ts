/** Whether a process of this id exists, be it a dead one that its parent hasn't noticed yet. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
