/** What a client sends on a stream that a kubelet serves: exec, attach, portforward. */
export type StreamInput =
  /** Typed into a command, as a terminal sends it; undefined: there will be no more. */
  | { type: 'TEXT'; text: string | undefined }
  /** An HTTP request to a port of the pod, on a connection of its own; the answer is an event with the same number. */
  | { type: 'CONNECT'; connection: number; port: number; request: ForwardedRequest }

export interface ForwardedRequest {
  method: string
  path: string
  headers: Readonly<Record<string, string>>
  body: string
  /** A routine that nobody watches for its own sake. */
  quiet?: boolean
}

/** Somebody has connected to a local port on which a program listens. */
export interface Accepted {
  connection: number
  /** The local port. */
  port: number
  request: ForwardedRequest
}

/** What whoever connected gets: an HTTP response, nobody who listens, or an end without a word. */
export type LocalAnswer = { status: number; headers: Readonly<Record<string, string>>; body: string } | { error: 'refused' | 'closed' }
