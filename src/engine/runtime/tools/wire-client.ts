import { isWire, type NetworkError, type WireProtocol } from '../http.ts'
import type { Process, Run } from '../process/process.ts'
import { request } from './http-client.ts'

/** Why a server has not answered; 'alien': who answers speaks another language. */
export type Unreachable = NetworkError['error'] | 'alien'

/** Asks a server in a protocol of its own, which is JSON both ways: what it has told, or why nothing. */
export function* askByWire<T>(p: Process, protocol: WireProtocol, { host, port }: { host: string; port: number }, question: object, o: { timeoutMs: number; quiet?: boolean }): Run<{ told: T } | { unreachable: Unreachable }> {
  const url = { scheme: 'http', host, port, isPortGiven: true, path: '/', user: undefined }
  const answer = yield* request(p, url, { method: protocol, headers: {}, body: JSON.stringify(question), ...o })
  if ('error' in answer) return { unreachable: answer.error }
  return isWire(protocol, answer) ? { told: JSON.parse(answer.body) as T } : { unreachable: 'alien' }
}
