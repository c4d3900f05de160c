import { byteLength } from '../filesystem/data.ts'
import type { HttpRequest } from '../http.ts'
import type { Listener } from '../process/listener.ts'
import type { Process, Run } from '../process/process.ts'
import { type Handler, serve } from '../programs/serve.ts'
import type { Interpreter } from './interpreter.ts'
import { text } from './support.ts'
import { Dict } from './values.ts'

/** The headers of what was asked, by their names as they are written. */
export function askedHeaders(r: HttpRequest): Dict {
  const headers = new Dict()
  for (const [name, value] of Object.entries({ ...r.headers, 'content-length': String(byteLength(r.body)) })) headers.set(name.replaceAll(/(^|-)[a-z]/g, (c) => c.toUpperCase()), value)
  return headers
}

export const answeredHeaders = (sent: Dict): Record<string, string> => Object.fromEntries([...sent.entries.values()].map(([name, value]) => [text(name).toLowerCase(), text(value)]))

/** Until the program has a signal to handle. */
export function* serveForever(p: Process, x: Interpreter, listeners: readonly Listener[], handle: Handler): Run<void> {
  yield* serve(p, { listeners, handle, stopped: () => (x.pending.length > 0 ? 0 : undefined) })
  yield* x.runHandlers()
}
