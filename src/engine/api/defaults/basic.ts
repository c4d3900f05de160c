/** Defaults of the kinds that a cluster begins with. */
import { fill, inside, insideEach } from './fill.ts'
import { resourceList } from './podSpec.ts'

type Fields = Record<string, any>

const rbacGroup = 'rbac.authorization.k8s.io'

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

export const priorityClass = (object: Fields): Fields => fill(object, { preemptionPolicy: 'PreemptLowerPriority' })

export function roleBinding(object: Fields): Fields {
  const out = inside(object, 'roleRef', (ref) => (ref.apiGroup ? ref : { ...ref, apiGroup: rbacGroup }))
  return insideEach(out, 'subjects', (subject) =>
    subject.apiGroup || (subject.kind !== 'User' && subject.kind !== 'Group')
      ? subject
      : { ...subject, apiGroup: rbacGroup },
  )
}

/** An address that a load balancer has is the Service's own, where nothing else is said. */
const balanced = (object: Fields): Fields =>
  object['spec']?.type !== 'LoadBalancer' ? object : inside(object, 'status', (status) =>
    inside(status, 'loadBalancer', (balancer: Fields) => insideEach(balancer, 'ingress', (ingress: Fields) => (ingress['ip'] ? fill<Fields>(ingress, { ipMode: 'VIP' }) : ingress))))

export function service(object: Fields): Fields {
  return inside(balanced(object), 'spec', (given) => {
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
      const out = fill<Fields>(port, { protocol: 'TCP' })
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

export const endpointSlice = (object: Fields): Fields =>
  insideEach(object, 'ports', (port) => fill(port, { name: '', protocol: 'TCP' }))

export const endpoints = (object: Fields): Fields =>
  insideEach(object, 'subsets', (subset) => insideEach(subset, 'ports', (port) => fill(port, { protocol: 'TCP' })))

export const serviceReference = (service: Fields): Fields => fill(service, { port: 443 })

export const apiService = (object: Fields): Fields => inside(object, 'spec', (spec) => inside(spec, 'service', serviceReference))

export const flowSchema = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => (spec['matchingPrecedence'] ? spec : { ...spec, matchingPrecedence: 1000 }))

export function priorityLevelConfiguration(object: Fields): Fields {
  return inside(object, 'spec', (spec) => {
    const limited = inside(spec, 'limited', (level) =>
      inside(fill(level, { nominalConcurrencyShares: 30, lendablePercent: 0 }), 'limitResponse', (response) =>
        inside(response, 'queuing', ({ handSize, queues, queueLengthLimit }) => ({ handSize: handSize || 8, queues: queues || 64, queueLengthLimit: queueLengthLimit || 50 }))))
    return inside(limited, 'exempt', (level) => fill(level, { nominalConcurrencyShares: 0, lendablePercent: 0 }))
  })
}
