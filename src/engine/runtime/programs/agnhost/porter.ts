import { parseOptions } from '../../../text/options.ts'
import { datagramMethod, type HttpRequest, jsonResponse, textResponse } from '../../http.ts'
import { print } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { type Answer, cannotListen, listenOn, serve, stopsLikeGo } from '../serve.ts'

interface Port {
  port: number
  kind: string
  text: string
}

/** Serves on every port that an environment variable names: SERVE_PORT_n (or SERVE_TCP_PORT_n), SERVE_TLS_PORT_n, SERVE_UDP_PORT_n. */
export function* porter(p: Process, args: readonly string[]): Run<number> {
  const asJson = parseOptions(args, { short: '' }).has('json-response')
  const ports = [...p.env].flatMap(([name, text]): Port[] => {
    const match = /^SERVE_(?:(TCP|UDP|TLS)_)?PORT_(\d+)$/.exec(name)
    return match === null ? [] : [{ port: Number(match[2]), kind: match[1] ?? 'TCP', text }]
  })
  const listeners = []
  for (const { port, kind } of ports) {
    const opened = yield* listenOn(p, [port], cannotListen, kind === 'UDP' ? 'UDP' : 'TCP')
    if (opened === undefined) continue
    if (kind === 'TLS') for (const listener of opened) listener.secure = true
    listeners.push(...opened)
    if (kind === 'UDP') yield* print(p, `Started UDP server on port ${port}\n`, 2)
  }
  const handle = (r: HttpRequest): Answer => {
    const text = ports.find(({ port, kind }) => port === r.port && (kind === 'UDP') === (r.method === datagramMethod))?.text ?? ''
    if (!asJson || r.method === datagramMethod) return { response: textResponse(200, text, isHtml(text) ? 'text/html; charset=utf-8' : undefined) }
    return { response: jsonResponse(200, { Method: r.method, Body: text }) }
  }
  return yield* serve(p, { listeners, handle, stopped: stopsLikeGo(p) })
}

/** As Go sniffs what it is not told (net/http DetectContentType). */
const isHtml = (text: string): boolean => /^\s*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[ >]/i.test(text)
