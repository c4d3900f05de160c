/**
 * Defaults of everything inside a PodSpec (pkg/apis/core/v1/defaults.go), as templates have them too,
 * and of Pods themselves, which get a little more.
 */
import { extended } from '../extended.ts'
import { aggregateRequests, isPodLevelResource } from '../podResources.ts'
import { quantity, roundUpToMilli } from '../quantity.ts'
import type { Pod, ResourceList } from '../types.ts'
import { fill, inside, insideEach } from './fill.ts'
import { defaultPullPolicy } from './image.ts'

type Fields = Record<string, any>

export function podSpecDefaults(spec: Fields): Fields {
  let out = fill(spec, {
    dnsPolicy: 'ClusterFirst',
    restartPolicy: 'Always',
    schedulerName: 'default-scheduler',
    securityContext: emptySecurityContext,
    terminationGracePeriodSeconds: 30,
  })
  out = serviceAccount(out)
  out = insideEach(out, 'containers', container)
  out = insideEach(out, 'initContainers', container)
  out = insideEach(out, 'ephemeralContainers', container)
  out = insideEach(out, 'volumes', volume)
  out = inside(out, 'overhead', resourceList)
  return inside(out, 'resources', resources)
}

/** Shared, since stored objects are never changed. */
const emptySecurityContext = Object.freeze({})

/** Two names of one field: `serviceAccount` is the old one, and is always written beside the new. */
export function serviceAccount(spec: Fields): Fields {
  const name = spec['serviceAccountName'] || spec['serviceAccount']
  if (!name || (spec['serviceAccountName'] === name && spec['serviceAccount'] === name)) return spec
  return { ...spec, serviceAccountName: name, serviceAccount: name }
}

export function podTemplateDefaults(template: Fields): Fields {
  return inside(template, 'spec', podSpecDefaults)
}

export function podDefaults(pod: Pod): Pod {
  let spec = podSpecDefaults(pod.spec ?? {})
  spec = insideEach(spec, 'containers', requestsFromLimits)
  spec = insideEach(spec, 'initContainers', requestsFromLimits)
  spec = podLevelRequests(spec)
  spec = fill(spec, { enableServiceLinks: true })
  if (spec['hostNetwork']) {
    spec = insideEach(spec, 'containers', hostPorts)
    spec = insideEach(spec, 'initContainers', hostPorts)
  }
  return spec === pod.spec ? pod : { ...pod, spec: spec as Pod['spec'] }
}

function container(c: Fields): Fields {
  let out = fill(c, { terminationMessagePath: '/dev/termination-log', terminationMessagePolicy: 'File' })
  if (!out['imagePullPolicy']) out = extended(out, { imagePullPolicy: defaultPullPolicy(out['image']) })
  if (out['resources'] === undefined) out = { ...out, resources: {} }
  out = inside(out, 'resources', resources)
  out = insideEach(out, 'ports', portProtocol)
  out = insideEach(out, 'env', environment)
  out = inside(out, 'livenessProbe', probe)
  out = inside(out, 'readinessProbe', probe)
  out = inside(out, 'startupProbe', probe)
  return inside(out, 'lifecycle', lifecycle)
}

const portProtocol = (port: Fields): Fields => fill(port, { protocol: 'TCP' })

function environment(variable: Fields): Fields {
  return variable['valueFrom'] ? inside(variable, 'valueFrom', (from) => inside(from, 'fieldRef', fieldRef)) : variable
}

const fieldRef = (ref: Fields): Fields => fill(ref, { apiVersion: 'v1' })

function lifecycle(hooks: Fields): Fields {
  return inside(inside(hooks, 'postStart', handler), 'preStop', handler)
}

const handler = (h: Fields): Fields => inside(h, 'httpGet', httpGet)

const httpGet = (action: Fields): Fields => fill(action, { path: '/', scheme: 'HTTP' })

function probe(p: Fields): Fields {
  const out = fill(handler(p), { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 })
  return inside(out, 'grpc', (grpc) => fill(grpc, { service: '' }))
}

export function resources(r: Fields): Fields {
  return inside(inside(r, 'limits', resourceList), 'requests', resourceList)
}

/** Amounts are kept in thousandths at the finest. */
export function resourceList(list: ResourceList): ResourceList {
  let out: ResourceList | undefined
  for (const name in list) {
    const text = list[name]!
    const last = text.charCodeAt(text.length - 1)
    if (last !== 110 && last !== 117 && !text.includes('e-')) continue // n, u: nothing coarser needs rounding
    const rounded = roundUpToMilli(quantity(text)).text
    if (rounded !== text) (out ??= { ...list })[name] = rounded
  }
  return out ?? list
}

/** A limit without a request of its kind is the request too. Only in pods, not in templates. */
function requestsFromLimits(c: Fields): Fields {
  const limits = c['resources']?.limits as ResourceList | undefined
  if (!limits) return c
  const requests = (c['resources'].requests ?? {}) as ResourceList
  const filled = fill(requests, limits)
  return filled === requests && c['resources'].requests
    ? c
    : { ...c, resources: { ...c['resources'], requests: filled } }
}

/** Pod-level limits (KEP-2837) without requests: the sum of the containers' requests, else the limits. */
function podLevelRequests(spec: Fields): Fields {
  const limits = spec['resources']?.limits as ResourceList | undefined
  if (!limits || Object.keys(limits).length === 0) return spec
  const given = (spec['resources'].requests ?? {}) as ResourceList
  const requests = { ...given }
  for (const [name, total] of Object.entries(aggregateRequests(spec))) {
    if (requests[name] === undefined && (name === 'cpu' || name === 'memory')) requests[name] = total
  }
  for (const name of Object.keys(limits)) {
    if (requests[name] === undefined && isPodLevelResource(name)) requests[name] = limits[name]!
  }
  if (Object.keys(requests).length === Object.keys(given).length) return spec
  return { ...spec, resources: { ...spec['resources'], requests } }
}

function hostPorts(c: Fields): Fields {
  return insideEach(c, 'ports', (port) => (port.hostPort ? port : { ...port, hostPort: port.containerPort }))
}

const mode = (source: Fields): Fields => fill(source, { defaultMode: 0o644 })

const downwardItems = (source: Fields): Fields =>
  insideEach(source, 'items', (item) => inside(item, 'fieldRef', fieldRef))

function projection(source: Fields): Fields {
  const out = inside(source, 'serviceAccountToken', (token) => fill(token, { expirationSeconds: 3600 }))
  return inside(out, 'downwardAPI', downwardItems)
}

/** What each volume source lacks; the sources of PersistentVolumes have the same defaults. */
const sources: Record<string, (source: Fields) => Fields> = {
  secret: mode,
  configMap: mode,
  downwardAPI: (source) => downwardItems(mode(source)),
  projected: (source) => insideEach(mode(source), 'sources', projection),
  hostPath: (source) => fill(source, { type: '' }),
  ephemeral: (source) =>
    inside(source, 'volumeClaimTemplate', (template) => inside(template, 'spec', claimSpecDefaults)),
  azureDisk: (source) => fill(source, { cachingMode: 'ReadWrite', kind: 'Shared', fsType: 'ext4', readOnly: false }),
  iscsi: (source) => fill(source, { iscsiInterface: 'default' }),
  rbd: (source) => fill(source, { pool: 'rbd', user: 'admin', keyring: '/etc/ceph/keyring' }),
  scaleIO: (source) => fill(source, { storageMode: 'ThinProvisioned', fsType: 'xfs' }),
}

export function volumeSource(holder: Fields): Fields {
  let out = holder
  for (const name in holder) {
    const defaults = Object.hasOwn(sources, name) ? sources[name] : undefined
    if (defaults) out = inside(out, name, defaults)
  }
  return out
}

function volume(v: Fields): Fields {
  for (const key in v) if (key !== 'name') return volumeSource(v)
  return { ...v, emptyDir: {} }
}

export const claimSpecDefaults = (spec: Fields): Fields =>
  inside(fill(spec, { volumeMode: 'Filesystem' }), 'resources', resources)
