import { left } from '../../../engine/api/fileEditing.ts'
import type { Input } from '../../../worker/protocol.ts'

/** What was typed for an input, as it stands in a terminal; undefined when nothing was typed. */
export function typedLine({ kubectl, shell }: { readonly kubectl?: string; readonly shell?: string }): string | undefined {
  return kubectl === undefined ? shell : `kubectl ${kubectl}`
}

/** Whether these keys save a file that an editor has open (`vi` on a machine). */
export const isSaved = (keys: string): boolean => left(keys)?.text !== undefined

/** What a person has done, in one line: what was typed, else in words that the terminal or a scenario has for it. */
export function inputName(input: Input): string {
  const { fault, load, request, interrupt, typed, files } = input
  const line = typedLine(input)
  if (line !== undefined) return line
  if (load !== undefined) return 'stop' in load ? `load stop ${load.name}` : ['load', load.url, load.perSecond, load.from ?? ''].join(' ').trim()
  if (fault !== undefined) return namesIn(fault).join(' ')
  if (request !== undefined) return `${request.verb} ${request.path}`
  if (interrupt !== undefined) return '^C'
  if (typed !== undefined) return isSaved(typed.text) ? 'vi :wq' : typed.text.trim()
  return Object.keys(files ?? {}).join(', ')
}

/** 'node-pressure', 'node1', 'memory'; what ends it says so. */
function namesIn(fault: object): string[] {
  return Object.entries(fault).flatMap(([key, value]) => (value === true ? [key] : typeof value === 'object' || value === false ? [] : [String(value)]))
}
