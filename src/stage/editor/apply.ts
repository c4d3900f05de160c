import type { Playback } from '../../playback/playback.ts'
import { filesNow } from '../shared/desk.ts'
import { withFiles } from '../shared/files.ts'
import { quoted } from '../shared/quoted.ts'

/** What Apply does with a file. */
export function applyCommand(name: string): string {
  return `apply -f ${quoted(name)}`
}

/** Applies the file in front at the moment on stage, with all files as they are written now; the film plays on. */
export async function applyOpenFile(playback: Playback): Promise<void> {
  const { all, film, open } = filesNow(playback)
  if (open !== undefined) await playback.act(withFiles({ kubectl: applyCommand(open) }, all, film))
}
