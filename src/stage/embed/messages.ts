import type { Command } from '../shared/remote.ts'

/**
 * What a page around the frame says to it and hears from it, by window.postMessage, as objects or as JSON texts (as reveal.js has it):
 *
 *   in   { method: 'seek', args: ['12.4s'], id?: 7 }
 *   out  { podreel: 'ready' | 'state', ... }          without being asked
 *        { podreel: 'reply', id: 7, result | error }   to a message with an id
 */
export interface Question extends Command {
  id: string | number | undefined
}

/** Undefined: not meant for us. Pages send all kinds of messages to their frames. */
export function parseCommand(data: unknown): Question | undefined {
  const message = typeof data === 'string' ? parseJson(data) : data
  if (typeof message !== 'object' || message === null) return undefined
  const { method, args = [], id } = message as { method?: unknown; args?: unknown; id?: unknown }
  if (typeof method !== 'string' || !Array.isArray(args)) return undefined
  return { method, args, id: typeof id === 'string' || typeof id === 'number' ? id : undefined }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Whether a page of origin `from` may command this one. The link names who may (`origin=https://slides.example`, `*` for everybody,
 * 'null' for a page opened from a file); without it, only pages from where we come ourselves.
 */
export function mayCommand(from: string, allowed: string | undefined, own: string): boolean {
  return allowed === '*' || from === (allowed ?? own)
}
