import type { Container, KubeObject, Pod } from '../../api/types.ts'
import { configMaps, secrets, type ReferencedObjects } from '../referenced-objects.ts'
import type { Routine } from '../routine.ts'
import { fromBase64 } from '../../api/base64.ts'

export type Environment = { env: Record<string, string> } | { error: string }

/** Values of the pod's and the container's own fields (api/downward.ts). */
export interface DownwardValues {
  field(path: string): string | { error: string }
  resource(ref: { containerName?: string; resource: string; divisor?: string }): string | { error: string }
}

/**
 * A container's environment: envFrom, then env in order, each of which may use what came before and what tells of services; those come last
 * and give way to names of its own (pkg/kubelet/kubelet_pods.go makeEnvironmentVariables).
 */
export function* makeEnvironment(
  objects: ReferencedObjects,
  pod: Pod,
  container: Container,
  services: Readonly<Record<string, string>>,
  downward: DownwardValues,
): Routine<Environment> {
  const own: Record<string, string> = {}
  const known: Record<string, string> = { ...services }
  for (const source of container.envFrom ?? []) {
    const found = yield* fromWhole(objects, pod, source)
    if ('error' in found) return found
    Object.assign(own, found.env)
    Object.assign(known, found.env)
  }
  for (const variable of container.env ?? []) {
    const value = yield* valueOf(objects, pod, variable, known, downward)
    if (typeof value === 'object') return value
    if (value !== undefined) own[variable.name] = known[variable.name] = value
  }
  return { env: { ...own, ...known } }
}

type EnvFrom = NonNullable<Container['envFrom']>[number]
type EnvVar = NonNullable<Container['env']>[number]

function* fromWhole(objects: ReferencedObjects, pod: Pod, source: EnvFrom): Routine<Environment> {
  const ref = source.configMapRef ?? source.secretRef
  if (ref === undefined) return { env: {} }
  const secret = source.secretRef !== undefined
  const object = yield* objects.get(pod, secret ? secrets : configMaps, ref.name!)
  if (object === undefined) return ref.optional === true ? { env: {} } : { error: missing(secret, ref.name!) }
  const env: Record<string, string> = {}
  for (const [key, value] of Object.entries(dataOf(object))) env[`${source.prefix ?? ''}${key}`] = value
  return { env }
}

function* valueOf(
  objects: ReferencedObjects,
  pod: Pod,
  variable: EnvVar,
  env: Readonly<Record<string, string>>,
  downward: DownwardValues,
): Routine<string | undefined | { error: string }> {
  const from = variable.valueFrom
  if (from === undefined) return expand(variable.value ?? '', env)
  if (from.fieldRef !== undefined) return downward.field(from.fieldRef.fieldPath)
  if (from.resourceFieldRef !== undefined) return downward.resource(from.resourceFieldRef as Parameters<DownwardValues['resource']>[0])
  const secret = from.secretKeyRef !== undefined
  const ref = from.secretKeyRef ?? from.configMapKeyRef
  if (ref === undefined) return undefined
  const object = yield* objects.get(pod, secret ? secrets : configMaps, ref.name!)
  if (object === undefined) return ref.optional === true ? undefined : { error: missing(secret, ref.name!) }
  const value = dataOf(object)[ref.key]
  if (value !== undefined || ref.optional === true) return value
  return { error: `couldn't find key ${ref.key} in ${secret ? 'Secret' : 'ConfigMap'} ${pod.metadata.namespace}/${ref.name}` }
}

function missing(secret: boolean, name: string): string {
  return `${secret ? 'secret' : 'configmap'} "${name}" not found`
}

/** A ConfigMap's data, or a Secret's, decoded. */
export function dataOf(object: KubeObject): Record<string, string> {
  const data = (object['data'] ?? {}) as Record<string, string>
  return object.kind === 'Secret' ? decoded(data) : data
}

/** What is base64 in the object. */
export function decoded(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fromBase64(value)]))
}

const reference = /\$\$|\$\(([^)]*)\)/g

/** What `expand` looks for in a text. */
export function namesIn(text: string): string[] {
  return [...text.matchAll(reference)].flatMap(([, name]) => (name === undefined ? [] : [name]))
}

/** `$(NAME)` becomes the value, `$$(NAME)` the text `$(NAME)`; an unknown name stays (third_party/forked/golang/expansion). */
export function expand(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(reference, (match, name: string | undefined) => {
    if (match === '$$') return '$'
    return Object.hasOwn(env, name!) ? env[name!]! : match
  })
}
