import type { Playback } from '../../playback/playback.ts'
import { filesNow, writeFile } from '../shared/files/desk.ts'
import { editedFile, saveCommand, saveInput, withReasons } from '../shared/files/edits.ts'
import { withFiles } from '../shared/files/files.ts'
import { machineFileOf, saveOnMachine } from '../shared/files/machineFiles.ts'
import { quoted } from '../shared/words/quoted.ts'

/** What Apply does with a file. */
function applyCommand(name: string, text: string): string {
  return saveCommand(text) ?? `apply -f ${quoted(name)}`
}

/** The same as it would be typed in a terminal. */
export const applyLine = (name: string, text: string): string => {
  const onMachine = machineFileOf(name)
  return onMachine === undefined ? `kubectl ${applyCommand(name, text)}` : `vi ${onMachine.path} :wq`
}

/** Applies the file in front at the moment on stage, with all files as they are written now; the film plays on. */
export async function applyOpenFile(playback: Playback): Promise<void> {
  const { all, film, open } = filesNow(playback)
  if (open === undefined) return
  const text = all[open]!
  const onMachine = machineFileOf(open)
  if (onMachine !== undefined) return saveOnMachine(playback, onMachine, text)
  const command = applyCommand(open, text)
  if (saveCommand(text) === undefined) await playback.act(withFiles({ kubectl: command }, all, film))
  else await save(playback, open, command, text)
}

/** What was edited is let go when the server has taken it, and kept when it has not. */
async function save(playback: Playback, name: string, command: string, text: string): Promise<void> {
  const { all: { [name]: _, ...others }, film: filmed } = filesNow(playback)
  const input = { kubectl: command, stdin: saveInput(name, text) }
  const id = await playback.act(command.startsWith('create ') ? withFiles(input, others, filmed) : input, 'finish')
  const { film } = playback.state
  const end = film?.ended.find((e) => e.command === id)
  const copy = editedFile(film?.writes.at(-1)?.files)
  if (end?.exitCode === 0) writeFile(playback, name, null)
  else if (copy !== undefined) writeFile(playback, name, withReasons(text, copy))
  playback.play()
}
