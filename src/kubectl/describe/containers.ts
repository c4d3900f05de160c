import { resourceValue } from '../../engine/api/downward.ts'
import { goQuote } from '../../engine/api/field.ts'
import type { Container, ContainerState, ContainerStatus, Pod, Probe } from '../../engine/api/types.ts'
import { amount, dateOf, goList, yesNo, type Description } from './writer.ts'

type EnvVar = NonNullable<Container['env']>[number]
type Resources = { limits?: Record<string, any>; requests?: Record<string, any> } | undefined

/** `indent`: of a pod template; `pod`: whose fields the environment refers to. */
export interface ContainerContext {
  statuses?: readonly ContainerStatus[] | undefined
  pod?: Pod | undefined
  indent?: string
}

/** The containers of a pod or of a template, below a title. */
export function writeContainers(w: Description, title: string, containers: readonly Container[], context: ContainerContext): void {
  const { statuses = [], pod, indent = '' } = context
  w.line(0, `${indent}${title}:${containers.length === 0 ? ' <none>' : ''}`)
  for (const container of containers) {
    const status = statuses.find((s) => s.name === container.name)
    w.line(1, `${indent === '' ? '' : ' '}${container.name}:`)
    writeBasics(w, container, status)
    writeWords(w, 'Command', container.command)
    writeWords(w, 'Args', container.args)
    if (status) writeStatus(w, status)
    writeResources(w, container.resources, 2)
    writeProbes(w, container)
    writeEnvironmentSources(w, container)
    writeEnvironment(w, container, pod)
    writeMounts(w, container)
  }
}

function writeBasics(w: Description, container: Container, status: ContainerStatus | undefined): void {
  if (status) w.line(2, `Container ID:\t${status.containerID ?? ''}`)
  w.line(2, `Image:\t${container.image ?? ''}`)
  if (status) w.line(2, `Image ID:\t${status.imageID ?? ''}`)
  const ports = container.ports ?? []
  const list = (title: string, numbers: readonly number[]) => {
    const text = ports.map(({ name, protocol = '' }, i) => `${numbers[i]}/${protocol}${name ? ` (${name})` : ''}`).join(', ')
    w.line(2, text.includes(',') ? `${title}s:\t${text}` : `${title}:\t${text || '<none>'}`)
  }
  list('Port', ports.map((port) => port.containerPort))
  list('Host Port', ports.map((port) => port.hostPort ?? 0))
  const seccomp = container.securityContext?.seccompProfile
  if (seccomp) {
    w.line(2, `SeccompProfile:\t${seccomp.type}`)
    if (seccomp.type === 'Localhost') w.line(3, `LocalhostProfile:\t${seccomp.localhostProfile ?? ''}`)
  }
}

function writeWords(w: Description, title: string, words: readonly string[] | undefined): void {
  if (!words?.length) return
  w.line(2, `${title}:`)
  for (const word of words) for (const line of word.split('\n')) w.line(3, line)
}

function writeStatus(w: Description, status: ContainerStatus): void {
  writeState(w, 'State', status.state)
  if (status.lastState?.terminated) writeState(w, 'Last State', status.lastState)
  w.line(2, `Ready:\t${yesNo(status.ready)}`)
  w.line(2, `Restart Count:\t${status.restartCount ?? 0}`)
}

function writeState(w: Description, title: string, state: ContainerState | undefined): void {
  const { running, waiting, terminated } = state ?? {}
  if (running) {
    w.line(2, `${title}:\tRunning`)
    w.line(3, `Started:\t${dateOf(running.startedAt)}`)
  } else if (waiting || !terminated) {
    w.line(2, `${title}:\tWaiting`)
    if (waiting?.reason) w.line(3, `Reason:\t${waiting.reason}`)
  } else {
    w.line(2, `${title}:\tTerminated`)
    if (terminated.reason) w.line(3, `Reason:\t${terminated.reason}`)
    if (terminated.message) w.line(3, `Message:\t${terminated.message}`)
    w.line(3, `Exit Code:\t${terminated.exitCode}`)
    if (terminated.signal) w.line(3, `Signal:\t${terminated.signal}`)
    w.line(3, `Started:\t${dateOf(terminated.startedAt)}`)
    w.line(3, `Finished:\t${dateOf(terminated.finishedAt)}`)
  }
}

export function writeResources(w: Description, resources: Resources, level: number): void {
  const list = (title: string, amounts: Record<string, any> | undefined) => {
    const names = Object.keys(amounts ?? {}).toSorted()
    if (names.length > 0) w.line(level, `${title}:`)
    for (const name of names) w.line(level + 1, `${name}:\t${amount(amounts![name])}`)
  }
  list('Limits', resources?.limits)
  list('Requests', resources?.requests)
}

function writeProbes(w: Description, { livenessProbe, readinessProbe, startupProbe }: Container): void {
  if (livenessProbe) w.line(2, `Liveness:\t${probeText(livenessProbe)}`)
  if (readinessProbe) w.line(2, `Readiness:\t${probeText(readinessProbe)}`)
  if (startupProbe) w.line(2, `Startup:\t${probeText(startupProbe)}`)
}

function probeText(probe: Probe): string {
  const { initialDelaySeconds = 0, timeoutSeconds = 0, periodSeconds = 0, successThreshold = 0, failureThreshold = 0 } = probe
  const numbers = `delay=${initialDelaySeconds}s timeout=${timeoutSeconds}s period=${periodSeconds}s #success=${successThreshold} #failure=${failureThreshold}`
  if (probe.exec) return `exec ${goList(probe.exec.command)} ${numbers}`
  if (probe.httpGet) return `http-get ${urlOf(probe.httpGet)} ${numbers}`
  if (probe.tcpSocket) return `tcp-socket ${probe.tcpSocket.host ?? ''}:${probe.tcpSocket.port} ${numbers}`
  if (probe.grpc) return `grpc <pod>:${probe.grpc.port} ${probe.grpc.service ?? ''} ${numbers}`
  return `unknown ${numbers}`
}

/** url.URL.String(): a path without its slash gets one, and what may not stand in it is escaped. */
function urlOf({ scheme = '', host = '', port, path = '' }: NonNullable<Probe['httpGet']>): string {
  const escaped = encodeURI(path).replaceAll(/[?#!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  const slash = escaped !== '' && !escaped.startsWith('/') ? '/' : ''
  const address = host.includes(':') ? `[${host}]` : host
  return `${scheme.toLowerCase()}${scheme ? ':' : ''}//${address}:${port}${slash}${escaped}`
}

function writeEnvironmentSources(w: Description, { envFrom }: Container): void {
  if (!envFrom?.length) return
  w.line(2, 'Environment Variables from:')
  for (const { configMapRef, secretRef, prefix } of envFrom) {
    const from = configMapRef ? 'ConfigMap' : secretRef ? 'Secret' : ''
    const { name = '', optional = false } = configMapRef ?? secretRef ?? {}
    w.line(3, `${name}\t${from}${prefix ? ` with prefix '${prefix}'` : ''}\tOptional: ${optional}`)
  }
}

function writeEnvironment(w: Description, container: Container, pod: Pod | undefined): void {
  const variables = container.env ?? []
  w.line(2, `Environment:${variables.length === 0 ? '\t<none>' : ''}`)
  for (const variable of variables) {
    if (variable.valueFrom) writeReference(w, container, variable, pod)
    else (variable.value ?? '').split('\n').forEach((line, i) => w.line(3, i === 0 ? `${variable.name}:\t${line}` : `\t${line}`))
  }
}

function writeReference(w: Description, container: Container, { name, valueFrom }: EnvVar, pod: Pod | undefined): void {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom!
  if (fieldRef) {
    w.line(3, `${name}:\t${pod ? podField(pod, fieldRef.fieldPath) : ''} (${fieldRef.apiVersion ?? ''}:${fieldRef.fieldPath})`)
  } else if (resourceFieldRef) {
    const { resource, divisor } = resourceFieldRef
    const found = resourceValue(container, resource, divisor === undefined ? undefined : String(divisor), {})
    let value = 'value' in found ? found.value : ''
    if (value === '0' && (resource === 'limits.cpu' || resource === 'limits.memory')) value = 'node allocatable'
    w.line(3, `${name}:\t${value} (${resource})`)
  } else if (secretKeyRef) {
    w.line(3, `${name}:\t<set to the key '${secretKeyRef.key}' in secret '${secretKeyRef.name ?? ''}'>\tOptional: ${secretKeyRef.optional ?? false}`)
  } else if (configMapKeyRef) {
    w.line(3, `${name}:\t<set to the key '${configMapKeyRef.key}' of config map '${configMapKeyRef.name ?? ''}'>\tOptional: ${configMapKeyRef.optional ?? false}`)
  }
}

/** kubectl itself can tell these two only. */
function podField({ metadata }: Pod, path: string): string {
  if (path === 'metadata.name') return metadata.name
  return path === 'metadata.namespace' ? (metadata.namespace ?? '') : ''
}

function writeMounts(w: Description, { volumeMounts = [], volumeDevices = [] }: Container): void {
  w.line(2, `Mounts:${volumeMounts.length === 0 ? '\t<none>' : ''}`)
  for (const mount of volumeMounts.toSorted((a, b) => (a.mountPath < b.mountPath ? -1 : a.mountPath > b.mountPath ? 1 : 0))) {
    const path = mount.subPath ? `,path=${goQuote(mount.subPath)}` : ''
    w.line(3, `${mount.mountPath} from ${mount.name} (${mount.readOnly ? 'ro' : 'rw'}${path})`)
  }
  if (volumeDevices.length === 0) return
  w.line(2, `Devices:${volumeMounts.length === 0 ? '\t<none>' : ''}`)
  for (const device of volumeDevices.toSorted((a, b) => (a.devicePath < b.devicePath ? -1 : 1))) w.line(3, `${device.devicePath} from ${device.name}`)
}
