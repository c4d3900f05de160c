/** What each profile of `kubectl debug` gives a debugging container and takes from its pod (KEP-1441, kubectl/pkg/cmd/debug/profiles.go). */
import type { Container, Pod } from '../../engine/api/types.ts'
import { given } from './create/generating.ts'

/** A container beside those of a pod, a copy of a pod, or a pod on a node. */
export type DebugStyle = 'ephemeral' | 'copy' | 'node'

/** What a copy keeps of its original. */
export interface Kept {
  labels: boolean
  annotations: boolean
  liveness: boolean
  readiness: boolean
  startup: boolean
  initContainers: boolean
}

interface Profile {
  /** The container's securityContext, after what it had. */
  security: (had: Security | undefined, style: DebugStyle) => Security | undefined
  mountsRoot?: true
  sharesHost?: true
}

type Security = NonNullable<Container['securityContext']>

const restricted: Security = {
  allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' },
}

function allowing(had: Security | undefined, added: readonly string[]): Security {
  const { add = [], ...others } = had?.capabilities ?? {}
  return { ...had, capabilities: { ...others, add: [...add, ...added] } }
}

export const profiles: Readonly<Record<string, Profile>> = {
  legacy: { security: (had) => had, mountsRoot: true, sharesHost: true },
  general: { security: (had, style) => (style === 'node' ? undefined : allowing(had, ['SYS_PTRACE'])), mountsRoot: true, sharesHost: true },
  baseline: { security: () => undefined },
  netadmin: { security: (had) => allowing(had, ['NET_ADMIN', 'NET_RAW']), sharesHost: true },
  restricted: { security: () => restricted },
  sysadmin: { security: (had) => ({ ...had, privileged: true }), mountsRoot: true, sharesHost: true },
}

/** The pod with the debugging container in it as the profile wants them both. */
export function applyProfile(name: string, style: DebugStyle, pod: Pod, container: string, kept: Kept): Pod {
  const profile = profiles[name]!
  const secured = withContainer(pod, container, (c) => given({ ...c, securityContext: profile.security(c.securityContext, style) }))
  if (style === 'node') return onHost(profile, secured, container)
  if (style === 'ephemeral') return secured
  // The oldest profile leaves all but the labels, whatever is to be kept.
  return name === 'legacy' ? stripped(secured, { labels: false, annotations: true, liveness: true, readiness: true, startup: true, initContainers: true })
    : sharingProcesses(stripped(secured, kept))
}

/** Changes the container of that name, of whichever sort it is. */
export function withContainer(pod: Pod, name: string, change: (container: Container) => Container): Pod {
  const changed = <T extends { name: string }>(list: readonly T[] | undefined): T[] | undefined =>
    list?.map((one) => (one.name === name ? (change(one as unknown as Container) as unknown as T) : one))
  const { containers, initContainers, ephemeralContainers } = pod.spec
  const spec = { ...pod.spec, containers: changed(containers)!, initContainers: changed(initContainers), ephemeralContainers: changed(ephemeralContainers) }
  return { ...pod, spec: given(spec) } as Pod
}

function onHost({ mountsRoot, sharesHost }: Profile, pod: Pod, container: string): Pod {
  const mounted = !mountsRoot ? pod : withContainer(pod, container, (c) => ({ ...c, volumeMounts: [...(c.volumeMounts ?? []), { name: 'host-root', mountPath: '/host' }] }))
  const volumes = mountsRoot ? { volumes: [...(pod.spec.volumes ?? []), { name: 'host-root', hostPath: { path: '/' } }] } : {}
  const host = sharesHost ? { hostIPC: true, hostNetwork: true, hostPID: true } : {}
  return { ...mounted, spec: { ...mounted.spec, ...volumes, ...host } } as Pod
}

function stripped(pod: Pod, kept: Kept): Pod {
  const { labels, annotations, ...metadata } = pod.metadata
  const containers = pod.spec.containers.map(({ livenessProbe, readinessProbe, startupProbe, ...rest }) => given({
    ...rest,
    livenessProbe: kept.liveness ? livenessProbe : undefined,
    readinessProbe: kept.readiness ? readinessProbe : undefined,
    startupProbe: kept.startup ? startupProbe : undefined,
  }))
  return {
    ...pod,
    metadata: given({ ...metadata, labels: kept.labels ? labels : undefined, annotations: kept.annotations ? annotations : undefined }),
    spec: given({ ...pod.spec, containers, initContainers: kept.initContainers ? pod.spec.initContainers : undefined }),
  } as Pod
}

function sharingProcesses(pod: Pod): Pod {
  return { ...pod, spec: { ...pod.spec, shareProcessNamespace: pod.spec.shareProcessNamespace ?? true } } as Pod
}
