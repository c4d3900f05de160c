/** The checks of the level `baseline` (pod-security-admission/policy, one file a check). */
import { goQuote } from '../field.ts'
import {
  containers, containersOf, contextOf, namesWhere, plural, podContext, quoted, setters, sorted, type Check, type Checked, type Violation,
} from './check.ts'

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/'

function appArmorProfile(pod: Checked): Violation | undefined {
  const allowed = (profile: string): boolean => profile === '' || profile === 'runtime/default' || profile.startsWith('localhost/')
  const badIn = (context: Record<string, any>): string[] => {
    const type: string | undefined = context['appArmorProfile']?.type
    return type === undefined || type === 'RuntimeDefault' || type === 'Localhost' ? [] : [type]
  }
  const annotations = Object.entries(pod.metadata.annotations ?? {}).filter(([key, profile]) => key.startsWith(appArmorPrefix) && !allowed(profile))
  const types = sorted([badIn(podContext(pod)), ...containersOf(pod).map((container) => badIn(contextOf(container)))].flat())
  const values = [...types, ...annotations.map(([key, profile]) => `${key}=${goQuote(profile)}`).sort()]
  if (values.length === 0) return undefined
  const fields = setters(badIn(podContext(pod)).length > 0, namesWhere(pod, (container) => badIn(contextOf(container)).length > 0))
  const who = [...(fields === '' ? [] : [fields]), ...(annotations.length === 0 ? [] : [plural('annotation', annotations.length)])].join(' and ')
  return { reason: plural('forbidden AppArmor profile', values.length), detail: `${who} must not set AppArmor profile type to ${quoted(values)}` }
}

const defaultCapabilities = new Set([
  'AUDIT_WRITE', 'CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'KILL', 'MKNOD', 'NET_BIND_SERVICE', 'SETFCAP', 'SETGID', 'SETPCAP', 'SETUID', 'SYS_CHROOT',
])

function capabilities(pod: Checked): Violation | undefined {
  const others = (added: string[] | undefined): string[] => (added ?? []).filter((name) => !defaultCapabilities.has(name))
  const bad = containersOf(pod).filter((container) => others(contextOf(container)['capabilities']?.add).length > 0)
  if (bad.length === 0) return undefined
  const names = sorted(bad.flatMap((container) => others(contextOf(container)['capabilities'].add)))
  return { reason: 'non-default capabilities', detail: `${containers(bad.map(({ name }) => name))} must not include ${quoted(names)} in securityContext.capabilities.add` }
}

function hostNamespaces({ spec }: Checked): Violation | undefined {
  const set = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((field) => spec[field] === true)
  return set.length === 0 ? undefined : { reason: 'host namespaces', detail: set.map((field) => `${field}=true`).join(', ') }
}

function hostPathVolumes({ spec }: Checked): Violation | undefined {
  const names = (spec.volumes ?? []).filter((volume) => volume.hostPath != null).map(({ name }) => name)
  return names.length === 0 ? undefined : { reason: 'hostPath volumes', detail: `${plural('volume', names.length)} ${quoted(names)}` }
}

function hostPorts(pod: Checked): Violation | undefined {
  const portsOf = (ports: readonly { hostPort?: number }[] | undefined): string[] => (ports ?? []).filter(({ hostPort }) => hostPort).map(({ hostPort }) => String(hostPort))
  const names = namesWhere(pod, ({ ports }) => portsOf(ports).length > 0)
  if (names.length === 0) return undefined
  const ports = sorted(containersOf(pod).flatMap((container) => portsOf(container.ports)))
  return { reason: 'hostPort', detail: `${containers(names)} ${names.length === 1 ? 'uses' : 'use'} ${plural('hostPort', ports.length)} ${ports.join(', ')}` }
}

interface Handler {
  httpGet?: { host?: string }
  tcpSocket?: { host?: string }
}

function handlerHosts(pod: Checked): Violation | undefined {
  const hostsOf = (container: Record<string, any>): string[] => {
    const handlers: (Handler | undefined)[] = [
      container['livenessProbe'], container['readinessProbe'], container['startupProbe'], container['lifecycle']?.postStart, container['lifecycle']?.preStop,
    ]
    return handlers.flatMap((handler) => [handler?.httpGet?.host ?? '', handler?.tcpSocket?.host ?? '']).filter((host) => host !== '')
  }
  const names = sorted(namesWhere(pod, (container) => hostsOf(container as never).length > 0))
  if (names.length === 0) return undefined
  const hosts = sorted(containersOf(pod).flatMap((container) => hostsOf(container as never)))
  return {
    reason: 'probe or lifecycle host',
    detail: `${containers(names)} ${names.length === 1 ? 'uses' : 'use'} ${plural('probe or lifecycle host', hosts.length)} ${quoted(hosts)}`,
  }
}

function privileged(pod: Checked): Violation | undefined {
  const names = namesWhere(pod, (container) => contextOf(container)['privileged'] === true)
  return names.length === 0 ? undefined : { reason: 'privileged', detail: `${containers(names)} must not set securityContext.privileged=true` }
}

function procMount(pod: Checked): Violation | undefined {
  const mountOf = (container: Parameters<typeof contextOf>[0]): string => (contextOf(container)['procMount'] as string | undefined) ?? 'Default'
  const names = namesWhere(pod, (container) => mountOf(container) !== 'Default')
  if (names.length === 0) return undefined
  const mounts = sorted(containersOf(pod).map(mountOf).filter((mount) => mount !== 'Default'))
  return { reason: 'procMount', detail: `${containers(names)} must not set securityContext.procMount to ${quoted(mounts)}` }
}

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t']

function seLinuxOptions(pod: Checked, minor: number): Violation | undefined {
  const allowed = minor < 31 ? seLinuxTypes : [...seLinuxTypes, 'container_engine_t']
  const optionsOf = (context: Record<string, any>): Record<string, string> => context['seLinuxOptions'] ?? {}
  const isBad = ({ type = '', user = '', role = '' }: Record<string, string>): boolean => !allowed.includes(type) || user !== '' || role !== ''
  const all = [optionsOf(podContext(pod)), ...containersOf(pod).map((container) => optionsOf(contextOf(container)))]
  if (!all.some(isBad)) return undefined
  const types = sorted(all.map(({ type = '' }) => type).filter((type) => !allowed.includes(type)))
  // Upstream tells of users and roles only beside types.
  const data = types.length === 0 ? [] : [
    `${plural('type', types.length)} ${quoted(types)}`,
    ...(all.some(({ user = '' }) => user !== '') ? ['user may not be set'] : []),
    ...(all.some(({ role = '' }) => role !== '') ? ['role may not be set'] : []),
  ]
  const who = setters(isBad(optionsOf(podContext(pod))), namesWhere(pod, (container) => isBad(optionsOf(contextOf(container)))))
  return { reason: 'seLinuxOptions', detail: `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}` }
}

export const isSafeSeccomp = (type: string): boolean => type === 'RuntimeDefault' || type === 'Localhost'

/** Profiles that are set and are none of the safe ones; the same for both levels. */
export function unsafeSeccomp(pod: Checked): Violation | undefined {
  const typeOf = (context: Record<string, any>): string | undefined => context['seccompProfile']?.type as string | undefined
  const isBad = (type: string | undefined): type is string => type !== undefined && !isSafeSeccomp(type)
  const own = typeOf(podContext(pod))
  const who = setters(isBad(own), namesWhere(pod, (container) => isBad(typeOf(contextOf(container)))))
  if (who === '') return undefined
  const types = sorted([own, ...containersOf(pod).map((container) => typeOf(contextOf(container)))].filter(isBad))
  return { reason: 'seccompProfile', detail: `${who} must not set securityContext.seccompProfile.type to ${quoted(types)}` }
}

/** Which kernel parameters are safe, and the minor version since which they are taken for that. */
const safeSince: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
}

function sysctls(pod: Checked, minor: number): Violation | undefined {
  const isSafe = (name: string): boolean => Object.hasOwn(safeSince, name) && safeSince[name]! <= minor
  const names = ((podContext(pod)['sysctls'] ?? []) as { name: string }[]).map(({ name }) => name).filter((name) => !isSafe(name))
  return names.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: names.join(', ') }
}

function windowsHostProcess(pod: Checked): Violation | undefined {
  const isSet = (context: Record<string, any>): boolean => context['windowsOptions']?.hostProcess === true
  const who = setters(isSet(podContext(pod)), namesWhere(pod, (container) => isSet(contextOf(container))))
  return who === '' ? undefined : { reason: 'hostProcess', detail: `${who} must not set securityContext.windowsOptions.hostProcess=true` }
}

export const baseline: readonly Check[] = [
  { id: 'appArmorProfile', since: 0, check: appArmorProfile },
  { id: 'capabilities_baseline', since: 0, check: capabilities },
  { id: 'hostNamespaces', since: 0, check: hostNamespaces },
  { id: 'hostPathVolumes', since: 0, check: hostPathVolumes },
  { id: 'hostPorts', since: 0, check: hostPorts },
  { id: 'hostProbesAndHostLifecycle', since: 34, check: handlerHosts },
  { id: 'privileged', since: 0, check: privileged },
  { id: 'procMount', since: 0, check: procMount },
  { id: 'seLinuxOptions', since: 0, check: seLinuxOptions },
  { id: 'seccompProfile_baseline', since: 19, check: unsafeSeccomp },
  { id: 'sysctls', since: 0, check: sysctls },
  { id: 'windowsHostProcess', since: 0, check: windowsHostProcess },
]
