import { age } from '../../api/time.ts'
import type { KubeObject, Node } from '../../api/types.ts'
import { ageOf, columns, type Printer } from './printer.ts'

export const nodes: Printer = {
  columns: columns(
    'Name', 'Status', 'Roles', 'Age', 'Version',
    'Internal-IP+', 'External-IP+', 'OS-Image+', 'Kernel-Version+', 'Container-Runtime+',
  ),
  cells(object, now) {
    const node = object as Node
    const info = node.status?.nodeInfo ?? {}
    const address = (type: string) => node.status?.addresses?.find((a) => a.type === type)?.address ?? '<none>'
    return [
      node.metadata.name,
      nodeStatus(node),
      nodeRoles(node).join(',') || '<none>',
      ageOf(node.metadata, now),
      info['kubeletVersion'] ?? '',
      address('InternalIP'),
      address('ExternalIP'),
      info['osImage'] || '<unknown>',
      info['kernelVersion'] || '<unknown>',
      info['containerRuntimeVersion'] || '<unknown>',
    ]
  },
}

function nodeStatus(node: Node): string {
  const ready = node.status?.conditions?.find((c) => c.type === 'Ready')
  const word = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'
  return node.spec?.unschedulable ? `${word},SchedulingDisabled` : word
}

const rolePrefix = 'node-role.kubernetes.io/'

/** From the labels node-role.kubernetes.io/<role> and kubernetes.io/role=<role>. */
export function nodeRoles(node: KubeObject): string[] {
  const roles = new Set<string>()
  for (const [key, value] of Object.entries(node.metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) roles.add(key.slice(rolePrefix.length))
    else if (key === 'kubernetes.io/role' && value !== '') roles.add(value)
  }
  return [...roles].toSorted()
}

export const namespaces: Printer = {
  columns: columns('Name', 'Status', 'Age'),
  cells: ({ metadata, status }, now) => [metadata.name, status?.phase ?? '', ageOf(metadata, now)],
}

export const events: Printer = {
  columns: columns(
    'Last Seen', 'Type', 'Reason', 'Object', 'Subobject+', 'Source+', 'Message', 'First Seen+', 'Count+', 'Name+',
  ),
  cells(object, now) {
    const event = coreFields(object)
    const first = age(event.firstTimestamp || event.eventTime, now)
    const last = event.lastTimestamp ? age(event.lastTimestamp, now) : first
    const { kind = '', name = '', fieldPath = '' } = event.involvedObject
    return [
      event.series ? age(event.series.lastObservedTime, now) : last,
      event.type ?? '',
      event.reason ?? '',
      name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`,
      fieldPath,
      source(event),
      event.message.trim(),
      first,
      event.series ? event.series.count : event.count || 1,
      object.metadata.name,
    ]
  },
}

interface EventFields {
  firstTimestamp?: string | null
  lastTimestamp?: string | null
  eventTime?: string | null
  count?: number
  series?: { count: number; lastObservedTime: string }
  involvedObject: { kind?: string; name?: string; fieldPath?: string }
  source: { component?: string; host?: string }
  reportingComponent?: string
  reportingInstance?: string
  type?: string
  reason?: string
  message: string
}

/** The same for both API groups: events.k8s.io has the old fields under other names. */
function coreFields(object: KubeObject): EventFields {
  return {
    firstTimestamp: object['firstTimestamp'] ?? object['deprecatedFirstTimestamp'],
    lastTimestamp: object['lastTimestamp'] ?? object['deprecatedLastTimestamp'],
    eventTime: object['eventTime'],
    count: object['count'] ?? object['deprecatedCount'],
    series: object['series'],
    involvedObject: object['involvedObject'] ?? object['regarding'] ?? {},
    source: object['source'] ?? object['deprecatedSource'] ?? {},
    reportingComponent: object['reportingComponent'] ?? object['reportingController'],
    reportingInstance: object['reportingInstance'],
    type: object['type'],
    reason: object['reason'],
    message: object['message'] ?? object['note'] ?? '',
  }
}

function source(event: EventFields): string {
  const component = event.source.component || event.reportingComponent || ''
  const host = event.source.host || event.reportingInstance || ''
  return host === '' ? component : `${component}, ${host}`
}

export const leases: Printer = {
  columns: columns('Name', 'Holder', 'Age'),
  cells: ({ metadata, spec }, now) => [metadata.name, spec?.holderIdentity ?? '', ageOf(metadata, now)],
}

export const componentStatuses: Printer = {
  columns: columns('Name', 'Status', 'Message', 'Error'),
  cells({ metadata, conditions }) {
    const healthy = conditions?.find((c: { type: string }) => c.type === 'Healthy')
    const word = healthy === undefined ? 'Unknown' : healthy.status === 'True' ? 'Healthy' : 'Unhealthy'
    return [metadata.name, word, healthy?.message ?? '', healthy?.error ?? '']
  },
}

export const priorityClasses: Printer = {
  columns: columns('Name', 'Value#', 'Global-Default?', 'Age', 'PreemptionPolicy'),
  cells: (object, now) => [
    object.metadata.name,
    object['value'] ?? 0,
    object['globalDefault'] ?? false,
    ageOf(object.metadata, now),
    object['preemptionPolicy'] ?? '',
  ],
}

export const runtimeClasses: Printer = {
  columns: columns('Name', 'Handler', 'Age'),
  cells: ({ metadata, handler }, now) => [metadata.name, handler ?? '', ageOf(metadata, now)],
}

export const customResourceDefinitions: Printer = {
  columns: columns('Name', 'Created At'),
  cells: ({ metadata }) => [metadata.name, metadata.creationTimestamp ?? ''],
}

export const validatingAdmissionPolicies: Printer = {
  columns: columns('Name', 'Validations#', 'ParamKind', 'Age'),
  cells({ metadata, spec }, now) {
    const { validations = [], paramKind } = spec ?? {}
    return [metadata.name, validations.length, paramKind === undefined ? '<unset>' : `${paramKind.apiVersion}/${paramKind.kind}`, ageOf(metadata, now)]
  },
}

export const validatingAdmissionPolicyBindings: Printer = {
  columns: columns('Name', 'PolicyName', 'ParamRef', 'Age'),
  cells({ metadata, spec }, now) {
    const { policyName = '', paramRef } = spec ?? {}
    // Whether parameters have a namespace cannot be told from here.
    return [metadata.name, policyName, paramRef?.name ? `${paramRef.namespace || '*'}/${paramRef.name}` : '<unset>', ageOf(metadata, now)]
  },
}
