import { findResource } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import type { Command } from '../command.ts'
import { out, type Session, type Task } from '../session.ts'
import { listObjects } from '../targets.ts'
import { clusterDump } from './clusterDump.ts'

export const clusterInfo: Command = {
  name: 'cluster-info',
  usage: 'cluster-info [flags] [options]',
  summary: 'Display cluster information',
  flags: [],
  commands: [clusterDump],
  run,
}

const services = findResource('', 'v1', 'services')!

function* run(session: Session): Task<void> {
  const { server } = session.context
  const query = { resource: services, namespace: 'kube-system', labelSelector: 'kubernetes.io/cluster-service=true' }
  const { items } = yield* listObjects(session, query)
  yield* out(`Kubernetes control plane is running at ${server}\n`)
  for (const service of items) yield* out(`${nameOf(service)} is running at ${addressOf(service, server)}\n`)
  yield* out("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n")
}

const nameOf = ({ metadata }: KubeObject): string => metadata.labels?.['kubernetes.io/name'] || metadata.name

/** Where a load balancer answers, or the way through the API server. */
function addressOf({ metadata, spec, status }: KubeObject, server: string): string {
  const ingress = status?.loadBalancer?.ingress?.[0]
  const ports: { port: number; name?: string }[] = spec?.ports ?? []
  if (ingress) return ports.map(({ port }) => `http://${ingress.ip || ingress.hostname}:${port} `).join('')
  const [port] = ports
  const scheme = port && (port.name === 'https' || port.port === 443) ? 'https:' : ''
  const portName = port?.name ? `:${port.name}` : ''
  return `${server}/api/v1/namespaces/${metadata.namespace}/services/${scheme}${metadata.name}${portName === '' && scheme !== '' ? ':' : portName}/proxy`
}
