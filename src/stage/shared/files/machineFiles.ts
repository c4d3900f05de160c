import { openedIn, saving } from '../../../engine/api/fileEditing.ts'
import type { Film } from '../../../playback/film.ts'
import type { Playback } from '../../../playback/playback.ts'
import type { Output } from '../../../worker/protocol.ts'
import { filesNow, forgetDraft, openFile, writeFile } from './desk.ts'
import { freshName, nameProblem } from './files.ts'

/** A file on a machine, or in a container, that `vi` has open there: it lies on the desk, and Apply saves it where it came from. */
export interface MachineFile {
  /** With which the command in whose shell vi runs has told of it. */
  readonly opening: Output
  readonly path: string
}

/** By the name that it has on the desk. */
const files = new Map<string, MachineFile>()

export const machineFileOf = (name: string | undefined): MachineFile | undefined => (name === undefined ? undefined : files.get(name))

/** Looks at what commands print, as it comes: a file that is opened comes to the desk, and one that is closed there, or was never opened in this future, goes. */
export function followEditors(playback: Playback, onOpen: (name: string) => void): void {
  let followed: Film | undefined
  let latest: Output | undefined
  const known = new WeakSet<Output>()
  playback.store.subscribe(({ film }) => {
    if (film !== followed) {
      if (followed !== undefined) for (const name of files.keys()) put(followed, name)
      followed = film
      // What a film that comes from elsewhere has printed already is nobody's work here.
      for (const output of film?.output ?? []) known.add(output)
      latest = film?.output.at(-1)
    }
    if (film === undefined || film.output.at(-1) === latest) return
    latest = film.output.at(-1)
    for (const [name, { opening }] of files) if (!film.output.includes(opening)) put(film, name)
    for (const output of film.output.slice(film.output.findLastIndex((one) => known.has(one)) + 1)) {
      known.add(output)
      const found = openedIn(output.text)
      if (found === undefined) continue
      for (const [name, { opening }] of files) if (opening.command === output.command) put(film, name)
      if (found !== 'none') onOpen(take(playback, { opening: output, path: found.path }, found.text))
    }
  })
}

function take(playback: Playback, file: MachineFile, text: string): string {
  const base = file.path.slice(file.path.lastIndexOf('/') + 1)
  // Not everything that is a name on a machine is one on the desk.
  const name = freshName(filesNow(playback).all, nameProblem(base, {}) === undefined ? base : 'file')
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
export async function saveOnMachine(playback: Playback, { opening: { command, step } }: MachineFile, text: string): Promise<void> {
  // Before that moment there is no editor that could save it.
  if (playback.state.cursor < step - 1) playback.seek(step - 1)
  await playback.act({ typed: { into: command, text: saving(text.replace(/\n?$/, '\n')) } })
  playback.play()
}
