import type { SandboxRecord } from '../api/machine.ts'
import type { Pod } from '../api/types.ts'
import type { StreamInput } from '../api/stream.ts'
import type { StreamEvent } from '../client/program.ts'
import type { KubeletContext } from './kubelet-context.ts'

/** Virtual ms until a server that says nothing is given up (streaming-idle aside: a browser's patience). */
const patienceMs = 60_000

/**
 * One connection to a port of a pod, made inside its network namespace, so that a process which listens on the loopback alone is reached,
 * too. Refused in containerd's words when nobody listens (containerd, internal/cri/server/sandbox_portforward.go).
 */
export function forwardConnection(
  context: KubeletContext,
  pod: Pod,
  sandboxID: string,
  { connection, port, request }: Extract<StreamInput, { type: 'CONNECT' }>,
  answer: (event: StreamEvent) => void,
): void {
  const sandbox = context.runtime.sandboxesOf(pod.metadata.uid).find(({ id }) => id === sandboxID)
  const refuse = (why: string): void => answer({ type: 'REFUSED', connection, error: `error forwarding port ${port} to pod ${sandboxID}, uid : ${why}` })
  if (sandbox === undefined) return refuse(`failed to find sandbox "${sandboxID}" in store: not found`)
  if (sandbox.state !== 'ready') return refuse(`network namespace for sandbox "${sandboxID}" is closed`)
  const self = { node: context.nodeName, ip: sandbox.ip }
  context.network.http(self, sandbox.ip, { ...request, port }, patienceMs, (response) => {
    if ('error' in response) refuse(refusedText(sandbox, port))
    else answer({ type: 'ANSWER', connection, ...response })
  })
}

function refusedText({ id, podUID, hostNetwork }: SandboxRecord, port: number): string {
  const namespace = hostNetwork ? 'host' : `/var/run/netns/cni-${podUID}`
  const refused = (family: string, host: string): string => `dial ${family} ${host}:${port}: connect: connection refused`
  return (
    `failed to execute portforward in network namespace "${namespace}": failed to connect to localhost:${port} ` +
    `inside namespace "${id}", IPv4: ${refused('tcp4', '127.0.0.1')} IPv6 ${refused('tcp6', '[::1]')} `
  )
}
