/**
 * What lies on each machine and is not in etcd. Every node has a store of the same class as etcd, on
 * the same revision counter, written only by that node, so that it can be read as of any moment.
 * Keys are `<collection>/<id>`; values are these records, immutable like API objects.
 */

/** On a mirror pod: the uid by which the static pod is known on its node. */
export const configMirror = 'kubernetes.io/config.mirror'

/** Whether it only shows a static pod. */
export function isMirrorPod({ metadata: { annotations } }: { metadata: { annotations?: Record<string, string> } }): boolean {
  return annotations?.[configMirror] !== undefined
}

/** The uid under which a machine's records have a pod: a mirror pod only stands for the one that runs there. */
export function uidOnNode({ metadata: { uid, annotations } }: { metadata: { uid: string; annotations?: Record<string, string> } }): string {
  return annotations?.[configMirror] ?? uid
}

/** `sandboxes/<id>` */
export interface SandboxRecord {
  id: string
  podUID: string
  podName: string
  podNamespace: string
  attempt: number
  state: 'ready' | 'notready'
  ip: string
  hostname: string
  hostNetwork: boolean
  sharePID: boolean
  hostPID?: boolean
  /** Virtual ms. */
  createdAt: number
}

/** `containers/<id>` */
export interface ContainerRecord {
  id: string
  sandboxID: string
  podUID: string
  name: string
  type: 'init' | 'container' | 'ephemeral'
  image: string
  imageID: string
  /** RestartCount of the container status that this record leads to. */
  attempt: number
  state: 'created' | 'running' | 'exited' | 'unknown'
  createdAt: number
  startedAt: number | undefined
  finishedAt: number | undefined
  exitCode: number | undefined
  /** 'Completed', 'Error', 'OOMKilled', 'StartError', ... */
  reason: string | undefined
  message: string | undefined
  /** Its limits, as its cgroup has them now. */
  memoryLimitBytes: number | undefined
  cpuLimitMillis: number | undefined
  /** Hash of the container's spec, as computePodActions compares it. */
  specHash: string
  pid: number | undefined
  /** Set while it is being stopped: when TERM was sent and when KILL will follow (virtual ms). */
  stopping: { signal: string; termAt: number; killAt: number } | undefined
}

/** `images/<reference>` */
export interface ImageRecord {
  reference: string
  id: string
  digest: string
  sizeBytes: number
  pulledAt: number
  lastUsedAt: number
}

/** `pulls/<podUID>/<container>`: there while the pull is under way. */
export interface PullRecord {
  image: string
  podUID: string
  container: string
  startedAt: number
  endsAt: number
  sizeBytes: number
}

/** `logs/<containerID>/<sequence>`: what one write of a process brought, so that the log as of any moment is a range. */
export interface LogWrite {
  at: number
  stream: 'stdout' | 'stderr'
  lines: readonly string[]
  /** The last of them has no newline: the process has ended, or the line is too long for one entry. */
  unfinished?: true
}

export interface LogLine {
  at: number
  stream: LogWrite['stream']
  text: string
  unfinished?: true
}

export function logLines(writes: readonly LogWrite[]): LogLine[] {
  return writes.flatMap(({ at, stream, lines, unfinished }) =>
    lines.map((text, i) => (unfinished === true && i === lines.length - 1 ? { at, stream, text, unfinished } : { at, stream, text })),
  )
}

/** As it was written. */
export const textOf = ({ text, unfinished }: LogLine): string => (unfinished === true ? text : `${text}\n`)

/** `processes/<containerID>` holds the list of them, sampled at most once a second. */
export interface ProcessRecord {
  pid: number
  ppid: number
  argv: readonly string[]
  startedAt: number
  state: 'running' | 'sleeping' | 'zombie'
  /** Ports it listens on. */
  ports: readonly number[]
  memoryBytes: number
}

/** `hooks/<containerID>/<postStart|preStop>`: there while the hook runs. */
export interface HookRecord {
  containerID: string
  hook: 'postStart' | 'preStop'
  startedAt: number
}

/** `backoffs/<podUID>/<container>`: there while a restart or a pull waits. */
export interface BackoffRecord {
  podUID: string
  container: string
  kind: 'restart' | 'pull'
  since: number
  until: number
}

/** `probes/<containerID>/<startup|liveness|readiness>` */
export interface ProbeRecord {
  containerID: string
  podUID: string
  container: string
  probe: 'startup' | 'liveness' | 'readiness'
  result: 'success' | 'failure' | 'unknown'
  lastAt: number
  message: string
  /** Consecutive results that agree, counted towards the threshold. */
  count: number
  history: readonly { at: number; result: 'success' | 'failure' | 'unknown'; message: string }[]
}

/** `components/<name>`: a component of the cluster that is a process in a pod of this machine has stopped, or works again. */
export interface ComponentRecord {
  name: string
  works: boolean
}

/**
 * `files/<containerID>` holds the list of them, sampled at most once a second: what the container has beyond its image, and
 * what lies in the volumes that it may write to. There until the container is removed.
 */
export interface FileRecord {
  path: string
  sizeBytes: number
}

/**
 * `mounted/<podUID>/<volume>`: what the kubelet has last written into a volume of a ConfigMap, of a Secret or the like. Not of those with the pod's token that
 * every pod has.
 */
export interface MountedRecord {
  podUID: string
  volume: string
  files: readonly MountedFile[]
}

export interface MountedFile {
  /** Below the volume. */
  path: string
  mode: number
  /** Characters of the whole. */
  length: number
  /** Its beginning: `mountedTextMost` characters at the most. */
  text: string
  /** It comes from a Secret. */
  secret: boolean
}

export const mountedTextMost = 2_000

/** What a kubelet's /metrics/resource says of one container: CPU time since it began, memory now. */
export interface ContainerUsage {
  namespace: string
  pod: string
  container: string
  /** Virtual ms. */
  startedAt: number
  cpuMs: number
  memoryBytes: number
}
