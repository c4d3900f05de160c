import { parseOptions } from '../../../text/options.ts'
import { textResponse, type HttpRequest } from '../../http.ts'
import type { Process, Run } from '../../process/process.ts'
import { type Answer, serveOrFail, stopsLikeGo } from '../serve.ts'

/** As /read shows it; a map is null until there is something in it. */
interface State {
  Hostname: string
  Sent: Record<string, number> | null
  Received: Record<string, number> | null
  Errors: string[] | null
  Log: string[] | null
  StillContactingPeers: boolean
}

/** Writes down who has called. Who asks its peers of its own accord is the program's other half, which nothing here looks for. */
export function* nettest(p: Process, args: readonly string[]): Run<number> {
  const o = parseOptions(args, { short: '', long: ['port', 'peers', 'service', 'namespace', 'delay-shutdown'] })
  const state: State = { Hostname: p.machine.config.hostname, Sent: null, Received: null, Errors: null, Log: null, StillContactingPeers: true }
  return yield* serveOrFail(p, [o.number(8080, 'port')], (r) => answerOf(r, state), stopsLikeGo(p))
}

function answerOf(r: HttpRequest, state: State): Answer {
  const says = (text: string): Answer => ({ response: textResponse(200, text) })
  switch (r.path.split('?')[0]) {
    case '/read':
      return says(JSON.stringify(state, undefined, '\t'))
    case '/write':
      return says(written(r.body, state))
    case '/status':
      return says('running')
    case '/quit':
      return { response: { error: 'reset' }, exit: 0 }
    default:
      return { response: textResponse(404, '404 page not found\n') }
  }
}

function written(body: string, state: State): string {
  const source = /"Source"\s*:\s*"([^"]+)"/i.exec(body)?.[1]
  if (source === undefined) (state.Errors ??= []).push(`${state.Hostname}: Got request with no source`)
  else (state.Received ??= {})[source] = (state.Received?.[source] ?? 0) + 1
  return `${JSON.stringify({ Hostname: state.Hostname })}\n`
}
