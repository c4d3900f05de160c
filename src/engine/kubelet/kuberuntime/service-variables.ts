import type { KubeObject, Pod } from '../../api/types.ts'

interface ServicePort {
  name?: string
  port: number
  protocol?: string
}

/** Where every container finds the API server, whatever else it is told. */
const ofApiServer: Readonly<Record<string, string>> = variablesOf('kubernetes', '10.96.0.1', [{ name: 'https', port: 443, protocol: 'TCP' }])

/**
 * The services that a container is told of by its environment: those of its namespace, unless the pod wants none, as they are when it
 * starts (pkg/kubelet/kubelet_pods.go getServiceEnvVarMap, pkg/kubelet/envvars).
 */
export function serviceVariables(pod: Pod, services: readonly KubeObject[]): Readonly<Record<string, string>> {
  if (pod.spec.enableServiceLinks === false) return ofApiServer
  const all: Record<string, string> = { ...ofApiServer }
  for (const { metadata, spec } of services) {
    const { clusterIP, ports = [] } = spec as { clusterIP?: string; ports?: ServicePort[] }
    if (!clusterIP || clusterIP === 'None' || ports.length === 0 || metadata.name === 'kubernetes') continue
    Object.assign(all, variablesOf(metadata.name, clusterIP, ports))
  }
  return all
}

/** `redis-leader` with port 6379: REDIS_LEADER_SERVICE_HOST and _PORT, and what Docker's links had: REDIS_LEADER_PORT_6379_TCP_ADDR, ... */
function variablesOf(name: string, ip: string, ports: readonly ServicePort[]): Record<string, string> {
  const prefix = variableName(name)
  const first = ports[0]!
  const variables: Record<string, string> = { [`${prefix}_SERVICE_HOST`]: ip, [`${prefix}_SERVICE_PORT`]: String(first.port) }
  for (const { name: portName, port } of ports) if (portName) variables[`${prefix}_SERVICE_PORT_${variableName(portName)}`] = String(port)
  ports.forEach(({ port, protocol = 'TCP' }, i) => {
    const url = `${protocol.toLowerCase()}://${ip}:${port}`
    if (i === 0) variables[`${prefix}_PORT`] = url
    const link = `${prefix}_PORT_${port}_${protocol}`
    Object.assign(variables, { [link]: url, [`${link}_PROTO`]: protocol.toLowerCase(), [`${link}_PORT`]: String(port), [`${link}_ADDR`]: ip })
  })
  return variables
}

function variableName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}
