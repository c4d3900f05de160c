import { openedIn, saving } from '../../../engine/api/fileEditing.ts'
import type { Film } from '../../../playback/film.ts'
import type { Playback } from '../../../playback/playback.ts'
import { filesNow, forgetDraft, openFile, writeFile } from './desk.ts'
import { nameProblem } from './files.ts'

/** A file on a machine, or in a container, that `vi` has open there: it lies on the desk, and Apply saves it where it came from. */
export interface MachineFile {
  /** The command in whose shell vi runs. */
  readonly into: number
  readonly path: string
  /** The first moment at which it was open. */
  readonly step: number
}

/** By the name that it has on the desk. */
const files = new Map<string, MachineFile>()

export const machineFileOf = (name: string | undefined): MachineFile | undefined => (name === undefined ? undefined : files.get(name))

/** Looks at what commands print, as it comes: a file that is opened comes to the desk, and one that is closed there goes. */
export function followEditors(playback: Playback, onOpen: (name: string) => void): void {
  let followed: Film | undefined
  let seen = 0
  playback.store.subscribe(({ film }) => {
    if (film !== followed) {
      if (followed !== undefined) for (const name of files.keys()) put(followed, name)
      followed = film
      // What a film that comes from elsewhere has printed already is nobody's work here.
      seen = film?.output.length ?? 0
    }
    if (film === undefined || film.output.length === seen) return
    for (const [name, { step }] of files) if (film.steps.length < step) put(film, name)
    const fresh = film.output.slice(seen)
    seen = film.output.length
    for (const { command, step, text } of fresh) {
      const found = openedIn(text)
      if (found === undefined) continue
      for (const [name, { into }] of files) if (into === command) put(film, name)
      if (found !== 'none') onOpen(take(playback, { into: command, path: found.path, step }, found.text))
    }
  })
}

function take(playback: Playback, file: MachineFile, text: string): string {
  const { all } = filesNow(playback)
  const base = file.path.slice(file.path.lastIndexOf('/') + 1)
  const name = nameProblem(base, all) === undefined ? base : `vi-${files.size + 1}${/\.\w+$/.exec(base)?.[0] ?? ''}`
  files.set(name, file)
  writeFile(playback, name, text)
  openFile(playback, name)
  return name
}

/** Away from the desk. */
function put(film: Film, name: string): void {
  files.delete(name)
  forgetDraft(film, name)
}

/** Saves it, and leaves the editor there. */
export async function saveOnMachine(playback: Playback, { into, step }: MachineFile, text: string): Promise<void> {
  // Before that moment there is no editor that could save it.
  if (playback.state.cursor < step) playback.seek(step)
  await playback.act({ typed: { into, text: saving(text.replace(/\n?$/, '\n')) } })
  playback.play()
}
