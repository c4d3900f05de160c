/**
 * Field selectors (k8s.io/apimachinery/pkg/fields): "status.phase!=Running,metadata.name=web" and
 * which fields each kind lets one select by.
 */
import { goQuote } from './field.ts'
import type { KubeObject } from './types.ts'

export interface FieldRequirement {
  field: string
  operator: '=' | '!='
  value: string
}

export type FieldSelector = readonly FieldRequirement[]

export interface FieldSelectorError {
  error: string
}

export const isFieldSelectorError = (s: FieldSelector | FieldSelectorError): s is FieldSelectorError => 'error' in s

/** fields.ParseSelector. `==` and `=` mean the same; "\," "\=" and "\\" stand for the sign itself. */
export function parseFieldSelector(text: string): FieldSelector | FieldSelectorError {
  const requirements: FieldRequirement[] = []
  for (const term of splitTerms(text)) {
    if (term === '') continue
    const parts = splitTerm(term)
    if (!parts) return { error: `invalid selector: '${text}'; can't understand '${term}'` }
    const value = unescape(parts.value)
    if ('error' in value) return value
    requirements.push({ field: parts.field, operator: parts.operator, value: value.text })
  }
  return requirements
}

function splitTerms(text: string): string[] {
  const terms: string[] = []
  let start = 0
  let escaped = false
  for (let i = 0; i < text.length; i++) {
    if (escaped) escaped = false
    else if (text[i] === '\\') escaped = true
    else if (text[i] === ',') {
      terms.push(text.slice(start, i))
      start = i + 1
    }
  }
  terms.push(text.slice(start))
  return terms
}

function splitTerm(term: string): { field: string; operator: '=' | '!='; value: string } | undefined {
  for (let i = 0; i < term.length; i++) {
    if (term.startsWith('!=', i)) return { field: term.slice(0, i), operator: '!=', value: term.slice(i + 2) }
    if (term.startsWith('==', i)) return { field: term.slice(0, i), operator: '=', value: term.slice(i + 2) }
    if (term[i] === '=') return { field: term.slice(0, i), operator: '=', value: term.slice(i + 1) }
  }
  return undefined
}

function unescape(value: string): { text: string } | FieldSelectorError {
  let text = ''
  for (let i = 0; i < value.length; i++) {
    const char = value[i]!
    if (char === '\\') {
      const next = value[++i]
      if (next === undefined) return { error: `invalid field selector: invalid escape sequence: ${goQuote('\\')}` }
      if (next !== '\\' && next !== ',' && next !== '=') {
        return { error: `invalid field selector: invalid escape sequence: ${goQuote(`\\${next}`)}` }
      }
      text += next
    } else if (char === ',' || char === '=') {
      return { error: `invalid field selector: unescaped character in field value: ${char.codePointAt(0)}` }
    } else text += char
  }
  return { text }
}

const metadata = ['metadata.name', 'metadata.namespace']

/** Selectable fields beyond metadata.name and metadata.namespace (pkg/apis/.../conversion.go). */
const selectable: Record<string, readonly string[]> = {
  'v1/Pod': [
    'spec.nodeName',
    'spec.restartPolicy',
    'spec.schedulerName',
    'spec.serviceAccountName',
    'spec.hostNetwork',
    'status.phase',
    'status.podIP',
    'status.podIPs',
    'status.nominatedNodeName',
  ],
  'v1/Node': ['spec.unschedulable'],
  'v1/Namespace': ['status.phase'],
  'v1/Secret': ['type'],
  'v1/Service': ['spec.clusterIP', 'spec.type'],
  'v1/ReplicationController': ['status.replicas'],
  'v1/Event': [
    'involvedObject.kind',
    'involvedObject.namespace',
    'involvedObject.name',
    'involvedObject.uid',
    'involvedObject.apiVersion',
    'involvedObject.resourceVersion',
    'involvedObject.fieldPath',
    'reason',
    'reportingComponent',
    'source',
    'type',
  ],
  'events.k8s.io/v1/Event': [
    'regarding.kind',
    'regarding.namespace',
    'regarding.name',
    'regarding.uid',
    'regarding.apiVersion',
    'regarding.resourceVersion',
    'regarding.fieldPath',
    'reason',
    'reportingController',
    'type',
  ],
  'apps/v1/ReplicaSet': ['status.replicas'],
  'batch/v1/Job': ['status.successful'],
  'certificates.k8s.io/v1/CertificateSigningRequest': ['spec.signerName'],
  'resource.k8s.io/v1/ResourceSlice': ['spec.driver', 'spec.nodeName'],
}

/** Kinds whose objects have a cluster-wide name only: metadata.namespace is no field of theirs. */
const clusterScoped = new Set(['v1/Node', 'v1/Namespace', 'certificates.k8s.io/v1/CertificateSigningRequest', 'resource.k8s.io/v1/ResourceSlice'])

/** Checks the fields against what the kind supports; undefined when all are known, else upstream's words. */
export function checkFieldSelector(selector: FieldSelector, apiVersion: string, kind: string, more?: readonly string[]): string | undefined {
  const key = `${apiVersion}/${kind}`
  const own = more ?? (Object.hasOwn(selectable, key) ? selectable[key] : undefined)
  for (const { field } of selector) {
    if (own?.includes(field)) continue
    if (field === 'metadata.name' || (field === 'metadata.namespace' && !clusterScoped.has(key))) continue
    if (key === 'v1/Pod' && field === 'spec.host') continue
    if (kind === 'Job') return `field label ${goQuote(field)} not supported for Job`
    if (!own) return `${goQuote(field)} is not a known field selector: only ${metadata.map(goQuote).join(', ')}`
    return `field label not supported: ${field}`
  }
  return undefined
}

/** The one value that a field must have, when the selector says so (RequiresExactMatch). */
export function exactField(selector: FieldSelector, field: string): string | undefined {
  return selector.find((r) => r.field === field && r.operator === '=')?.value
}

export function matchesFields(selector: FieldSelector, object: KubeObject): boolean {
  for (const { field, operator, value } of selector) {
    if ((fieldValue(object, field) === value) !== (operator === '=')) return false
  }
  return true
}

/** What an object has in a selectable field, as text; '' when unset. */
export function fieldValue(object: KubeObject, field: string): string {
  switch (field) {
    case 'metadata.name':
      return object.metadata.name
    case 'metadata.namespace':
      return object.metadata.namespace ?? ''
    case 'spec.nodeName':
    case 'spec.host':
      return object['spec']?.nodeName ?? ''
    case 'spec.hostNetwork':
      return String(object['spec']?.hostNetwork ?? false)
    case 'spec.unschedulable':
      return String(object['spec']?.unschedulable ?? false)
    case 'status.podIP':
      return object['status']?.podIP ?? ''
    case 'status.podIPs':
      return (object['status']?.podIPs ?? []).map((entry: { ip: string }) => entry.ip).join(',')
    case 'status.replicas':
      return String(object['status']?.replicas ?? 0)
    case 'status.successful':
      return String(object['status']?.succeeded ?? 0)
    case 'source':
      return object['source']?.component || object['reportingComponent'] || ''
    default:
      return plainValue(object, field)
  }
}

function plainValue(object: KubeObject, path: string): string {
  let value: unknown = object
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return ''
    value = (value as Record<string, unknown>)[part]
  }
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value)
}
