/** Defaults of the remaining kinds. */
import { toBase64 } from '../base64.ts'
import { claimSpecDefaults, resourceList, volumeSource } from './podSpec.ts'
import { fill, inside, insideEach } from './fill.ts'

type Fields = Record<string, any>

const protocol = (port: Fields): Fields => fill(port, { protocol: 'TCP' })

export function namespace(object: Fields): Fields {
  const { name, labels } = object['metadata']
  let out = object
  if (name && labels?.['kubernetes.io/metadata.name'] !== name) {
    out = { ...out, metadata: { ...out['metadata'], labels: { ...labels, 'kubernetes.io/metadata.name': name } } }
  }
  return inside(fill(out, { status: {} }), 'status', (status) => fill(status, { phase: 'Active' }))
}

export function node(object: Fields): Fields {
  return inside(object, 'status', (status) => {
    const out = inside(inside(status, 'capacity', resourceList), 'allocatable', resourceList)
    return fill(out, { allocatable: out['capacity'] })
  })
}

/** `stringData` is for writing only: it becomes `data`, over what is there. */
export function secret(object: Fields): Fields {
  const { stringData, ...rest } = object
  if (!stringData) return fill(object, { type: 'Opaque' })
  const data: Record<string, string> = { ...object['data'] }
  for (const key of Object.keys(stringData)) data[key] = toBase64(stringData[key])
  return fill<Fields>({ ...rest, data }, { type: 'Opaque' })
}

export function service(object: Fields): Fields {
  return inside(object, 'spec', (given) => {
    let spec = fill(given, { sessionAffinity: 'None', type: 'ClusterIP' })
    if (spec['sessionAffinity'] === 'None' && spec['sessionAffinityConfig']) {
      const { sessionAffinityConfig: _, ...rest } = spec
      spec = rest
    }
    if (
      spec['sessionAffinity'] === 'ClientIP' &&
      spec['sessionAffinityConfig']?.clientIP?.timeoutSeconds === undefined
    ) {
      spec = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } }
    }
    spec = insideEach(spec, 'ports', (port) => {
      const out = protocol(port)
      return out['targetPort'] ? out : { ...out, targetPort: out['port'] }
    })
    const type = spec['type']
    const external =
      type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && (spec['externalIPs']?.length ?? 0) > 0)
    return fill(spec, {
      externalTrafficPolicy: external ? 'Cluster' : undefined,
      internalTrafficPolicy: type === 'ExternalName' ? undefined : 'Cluster',
      allocateLoadBalancerNodePorts: type === 'LoadBalancer' ? true : undefined,
    })
  })
}

export const endpoints = (object: Fields): Fields =>
  insideEach(object, 'subsets', (subset) => insideEach(subset, 'ports', protocol))

export const endpointSlice = (object: Fields): Fields =>
  insideEach(object, 'ports', (port) => fill(port, { name: '', protocol: 'TCP' }))

export function persistentVolume(object: Fields): Fields {
  const out = inside(object, 'spec', (spec) =>
    inside(
      volumeSource(fill(spec, { persistentVolumeReclaimPolicy: 'Retain', volumeMode: 'Filesystem' })),
      'capacity',
      resourceList,
    ),
  )
  return phase(out, 'Pending')
}

export const persistentVolumeClaim = (object: Fields): Fields =>
  phase(inside(object, 'spec', claimSpecDefaults), 'Pending')

const phase = (object: Fields, word: string): Fields =>
  inside(fill(object, { status: {} }), 'status', (status) => fill(status, { phase: word }))

export const resourceQuota = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => inside(spec, 'hard', resourceList))

export const limitRange = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => insideEach(spec, 'limits', limitRangeItem))

/** Of a container: the maximum is the default limit, the limit the default request, else the minimum. */
function limitRangeItem(item: Fields): Fields {
  let out = item
  for (const key of ['default', 'defaultRequest', 'max', 'maxLimitRequestRatio', 'min']) {
    out = inside(out, key, resourceList)
  }
  if (out['type'] !== 'Container') return out
  const limit = fill(out['default'] ?? {}, out['max'] ?? {})
  const request = fill(fill(out['defaultRequest'] ?? {}, limit), out['min'] ?? {})
  if (Object.keys(limit).length > 0 && limit !== out['default']) out = { ...out, default: limit }
  if (Object.keys(request).length > 0 && request !== out['defaultRequest']) out = { ...out, defaultRequest: request }
  return out
}

const rbacGroup = 'rbac.authorization.k8s.io'

export function roleBinding(object: Fields): Fields {
  const out = inside(object, 'roleRef', (ref) => (ref.apiGroup ? ref : { ...ref, apiGroup: rbacGroup }))
  return insideEach(out, 'subjects', (subject) =>
    subject.apiGroup || (subject.kind !== 'User' && subject.kind !== 'Group')
      ? subject
      : { ...subject, apiGroup: rbacGroup },
  )
}

export const priorityClass = (object: Fields): Fields => fill(object, { preemptionPolicy: 'PreemptLowerPriority' })

export const storageClass = (object: Fields): Fields =>
  fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' })

export const ingressClass = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => inside(spec, 'parameters', (parameters) => fill(parameters, { scope: 'Cluster' })))

export function networkPolicy(object: Fields): Fields {
  const ports = (rule: Fields): Fields => insideEach(rule, 'ports', protocol)
  return inside(object, 'spec', (given) => {
    const egress = (given['egress']?.length ?? 0) > 0
    const spec = fill(given, { policyTypes: egress ? ['Ingress', 'Egress'] : ['Ingress'] })
    return insideEach(insideEach(spec, 'ingress', ports), 'egress', ports)
  })
}

const scaleUp = {
  stabilizationWindowSeconds: 0,
  selectPolicy: 'Max',
  policies: [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ],
}
const scaleDown = { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] }

export function horizontalPodAutoscaler(object: Fields): Fields {
  return inside(object, 'spec', (given) => {
    const spec = fill(given, {
      minReplicas: 1,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } },
      ],
    })
    return inside(spec, 'behavior', (behavior) => {
      const out = fill(behavior, { scaleUp: {}, scaleDown: {} })
      return inside(
        inside(out, 'scaleUp', (rules) => fill(rules, scaleUp)),
        'scaleDown',
        (rules) => fill(rules, scaleDown),
      )
    })
  })
}

export const horizontalPodAutoscalerV1 = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => fill(spec, { minReplicas: 1 }))

export function customResourceDefinition(object: Fields): Fields {
  return inside(object, 'spec', (given) => {
    const spec = fill(given, { conversion: { strategy: 'None' } })
    return inside(spec, 'names', (names) =>
      fill(names, { singular: String(names.kind ?? '').toLowerCase(), listKind: `${names.kind ?? ''}List` }),
    )
  })
}

export const tokenRequest = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => fill(spec, { expirationSeconds: 3600 }))
