import type { Container, Probe } from '../../../engine/api/types.ts'

export const probeNames = ['startup', 'liveness', 'readiness'] as const
export type ProbeName = (typeof probeNames)[number]

export interface ProbeSpec {
  name: ProbeName
  /** 'http :80/ready', 'exec cat /tmp/healthy'. */
  handler: string
  probe: Probe
}

export function probesOf(container: Container): ProbeSpec[] {
  const specs = {
    startup: container.startupProbe,
    liveness: container.livenessProbe,
    readiness: container.readinessProbe,
  }
  return probeNames.flatMap((name) => {
    const probe = specs[name]
    return probe === undefined ? [] : [{ name, probe, handler: handlerOf(probe) }]
  })
}

function handlerOf({ exec, httpGet, tcpSocket, grpc }: Probe): string {
  if (exec !== undefined) return `exec ${(exec.command ?? []).join(' ')}`
  if (httpGet !== undefined) return `http :${String(httpGet.port)}${httpGet.path ?? '/'}`
  if (tcpSocket !== undefined) return `tcp :${String(tcpSocket.port)}`
  return grpc === undefined ? '' : `grpc :${grpc.port}`
}
