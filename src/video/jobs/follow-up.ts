import type { Inspection } from '../../media/media.ts'
import type { NewJob } from '../../store/media.ts'
import type { WorkRate } from './work-rate.ts'

/**
 * What is to be done with a rendition once it is published, if its picture was copied: a transcode in
 * place of what plays on some devices only, or else a check. Null if that would take too long: the
 * copy is left as it is.
 */
export async function followUp(workRate: WorkRate, inspection: Inspection): Promise<NewJob | null> {
  if (!inspection.keepsVideo) return null
  const kind = inspection.thenTranscode ? 'replace' : 'check'
  const seconds = await workRate.feasibleSecondsFor(inspection, kind)
  return seconds === null ? null : { kind, seconds, reason: null }
}
