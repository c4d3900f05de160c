import { NullFile, type OpenFile } from '../process/open-file.ts'
import { print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { connect } from '../tools/http-client.ts'

/** `/dev/tcp/HOST/PORT`, of which bash makes a connection. */
export function networkPath(path: string): { host: string; port: number } | undefined {
  const match = /^\/dev\/tcp\/([^/]+)\/(\d{1,5})$/.exec(path)
  return match === null ? undefined : { host: match[1]!, port: Number(match[2]) }
}

/** A connection, which nobody says anything in; or why there is none. It is waited for as long as the kernel tries. */
export function* openConnection(p: Process, path: string, prefix: string): Run<OpenFile | { failed: string }> {
  const { host, port } = networkPath(path)!
  const answer = yield* connect(p, host, port, kernelPatienceMs)
  if (!('error' in answer)) return new NullFile()
  if (answer.error === 'unresolved') {
    yield* print(p, `${prefix}${host}: Name or service not known\n`, 2)
    return { failed: `${path}: Invalid argument` }
  }
  const why = answer.error === 'timeout' ? 'Connection timed out' : answer.error === 'unreachable' ? 'No route to host' : 'Connection refused'
  yield* print(p, `${prefix}connect: ${why}\n`, 2)
  return { failed: `${path}: ${why}` }
}

/** net.ipv4.tcp_syn_retries: six, after 1, 2, 4, ... seconds. */
const kernelPatienceMs = 127_000
