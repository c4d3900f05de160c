/** Defaults of the remaining kinds. */
import { toBase64 } from '../base64.ts'
import { serviceReference } from './basic.ts'
import { claimSpecDefaults, resourceList, volumeSource } from './podSpec.ts'
import { fill, inside, insideEach } from './fill.ts'

type Fields = Record<string, any>

/** `stringData` is for writing only: it becomes `data`, over what is there. */
export function secret(object: Fields): Fields {
  const { stringData, ...rest } = object
  if (!stringData) return fill(object, { type: 'Opaque' })
  const data: Record<string, string> = { ...object['data'] }
  for (const key of Object.keys(stringData)) data[key] = toBase64(stringData[key])
  return fill<Fields>({ ...rest, data }, { type: 'Opaque' })
}

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


export const storageClass = (object: Fields): Fields =>
  fill(object, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' })

export const csiDriver = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => fill(spec, {
    attachRequired: true, podInfoOnMount: false, storageCapacity: false, fsGroupPolicy: 'ReadWriteOnceWithFSType', volumeLifecycleModes: ['Persistent'],
    requiresRepublish: false, seLinuxMount: false,
  }))

export const ingressClass = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => inside(spec, 'parameters', (parameters) => fill(parameters, { scope: 'Cluster' })))

export function networkPolicy(object: Fields): Fields {
  const ports = (rule: Fields): Fields => insideEach(rule, 'ports', (port) => fill(port, { protocol: 'TCP' }))
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

const rule = (named: Fields): Fields => fill(named, { scope: '*' })

function matchResources(given: Fields): Fields {
  const match = fill(given, { matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {} })
  return insideEach(insideEach(match, 'resourceRules', rule), 'excludeResourceRules', rule)
}

export const validatingAdmissionPolicy = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => inside(fill(spec, { failurePolicy: 'Fail' }), 'matchConstraints', matchResources))

export const validatingAdmissionPolicyBinding = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => inside(spec, 'matchResources', matchResources))

/** `own`: what only the webhooks of one of the two kinds have. */
const webhooks = (own: Fields) => (object: Fields): Fields =>
  insideEach(object, 'webhooks', (given: Fields) => {
    const hook = fill(given, { failurePolicy: 'Fail', matchPolicy: 'Equivalent', namespaceSelector: {}, objectSelector: {}, timeoutSeconds: 10, ...own })
    return insideEach(inside(hook, 'clientConfig', (config) => inside(config, 'service', serviceReference)), 'rules', rule)
  })

export const validatingWebhookConfiguration = webhooks({})
export const mutatingWebhookConfiguration = webhooks({ reinvocationPolicy: 'Never' })

/** How many devices a request is for. */
function deviceRequest(request: Fields): Fields {
  const out = fill(request, { allocationMode: 'ExactCount' })
  return out['allocationMode'] === 'ExactCount' && !out['count'] ? { ...out, count: 1 } : out
}

const claimedDevices = (spec: Fields): Fields =>
  inside(spec, 'devices', (devices) =>
    insideEach(devices, 'requests', (request) => insideEach(inside(request, 'exactly', deviceRequest), 'firstAvailable', deviceRequest)))

export const resourceClaim = (object: Fields): Fields => inside(object, 'spec', claimedDevices)
export const resourceClaimTemplate = (object: Fields): Fields => inside(object, 'spec', (template) => inside(template, 'spec', claimedDevices))
