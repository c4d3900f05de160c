/** Services (ValidateService), and the range of node ports, which the allocator checks. */
import { duplicate, forbidden, invalid, notSupported, required, type FieldError } from '../field.ts'
import {
  isDNS1035Label,
  isDNS1123Subdomain,
  isIPv6,
  isValidCIDR,
  isValidIP,
  isValidPortNum,
} from '../names.ts'
import type { KubeObject } from '../types.ts'
import { nonSpecialIP, protocols } from './core.ts'
import { validatePort } from './handlers.ts'
import { immutableText, validateLabels, type NameRule } from './meta.ts'
import { choice, complain, label, qualifiedName, subdomain, type Fields } from './report.ts'

export const serviceName: NameRule = (name, prefix) =>
  isDNS1035Label(prefix && name.endsWith('-') ? `${name.slice(0, -1)}a` : name)

const at = 'spec'
const isHeadless = (spec: Fields): boolean => spec['clusterIPs']?.length === 1 && spec['clusterIPs'][0] === 'None'
const isExternal = (spec: Fields): boolean =>
  spec['type'] === 'NodePort' ||
  spec['type'] === 'LoadBalancer' ||
  (spec['type'] === 'ClusterIP' && spec['externalIPs']?.length > 0)

const types = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']

export function service(object: KubeObject, errors: FieldError[]): void {
  const spec: Fields = object['spec']
  const ports: Fields[] = spec['ports'] ?? []
  topologyMode(object, errors)
  if (ports.length === 0 && !isHeadless(spec) && spec['type'] !== 'ExternalName') errors.push(required(`${at}.ports`))
  validateType(spec, errors)
  const names = new Set<string>()
  ports.forEach((port, i) => servicePort(port, ports.length > 1, names, `${at}.ports[${i}]`, errors))
  validateLabels(spec['selector'], `${at}.selector`, errors)
  sessionAffinity(spec, errors)
  clusterIPs(spec, errors)
  spec['externalIPs']?.forEach((ip: string, i: number) => {
    const complaints = isValidIP(ip)
    complain(complaints, ip, `${at}.externalIPs[${i}]`, errors)
    if (complaints.length === 0) nonSpecialIP(ip, `${at}.externalIPs[${i}]`, errors)
  })
  choice(spec['type'], types, `${at}.type`, errors)
  nodePorts(spec, ports, errors)
  loadBalancer(object, errors)
  trafficPolicies(spec, errors)
}

/** An annotation and its name of old must not say different things. */
function topologyMode({ metadata }: KubeObject, errors: FieldError[]): void {
  const [mode, hints] = ['service.kubernetes.io/topology-mode', 'service.kubernetes.io/topology-aware-hints']
  const { [mode]: value, [hints]: older } = metadata.annotations ?? {}
  if (value === undefined || older === undefined || value === older) return
  errors.push(invalid(`metadata.annotations[${mode}]`, value, `must match annotations[${hints}] when both are specified`))
}

function validateType(spec: Fields, errors: FieldError[]): void {
  const type: string = spec['type'] ?? ''
  if ((type === 'LoadBalancer' || type === 'NodePort') && isHeadless(spec)) {
    errors.push(invalid(`${at}.clusterIPs[0]`, 'None', `may not be set to 'None' for ${type} services`))
  }
  if (type !== 'ExternalName') return
  for (const field of ['clusterIPs', 'ipFamilies', 'ipFamilyPolicy']) {
    const value = spec[field]
    if (value !== undefined && value.length !== 0) {
      errors.push(forbidden(`${at}.${field}`, 'may not be set for ExternalName services'))
    }
  }
  const name: string = (spec['externalName'] ?? '').replace(/\.$/, '')
  if (name === '') errors.push(required(`${at}.externalName`))
  else subdomain(name, `${at}.externalName`, errors)
}

function servicePort(port: Fields, named: boolean, names: Set<string>, here: string, errors: FieldError[]): void {
  const { name, port: number = 0, protocol, targetPort, appProtocol } = port
  if (named && !name) errors.push(required(`${here}.name`))
  else if (name) {
    label(name, `${here}.name`, errors)
    if (names.has(name)) errors.push(duplicate(`${here}.name`, name))
    names.add(name)
  }
  complain(isValidPortNum(number), number, `${here}.port`, errors)
  choice(protocol, protocols, `${here}.protocol`, errors)
  validatePort(targetPort, `${here}.targetPort`, errors)
  if (appProtocol !== undefined) qualifiedName(appProtocol, `${here}.appProtocol`, errors)
}

function sessionAffinity(spec: Fields, errors: FieldError[]): void {
  const { sessionAffinity: affinity, sessionAffinityConfig: config } = spec
  choice(affinity, ['ClientIP', 'None'], `${at}.sessionAffinity`, errors)
  if (affinity === 'ClientIP') {
    const seconds = config?.clientIP?.timeoutSeconds
    const why = 'when session affinity type is ClientIP'
    if (!config) errors.push(required(`${at}.sessionAffinityConfig`, why))
    else if (!config.clientIP) errors.push(required(`${at}.sessionAffinityConfig.clientIP`, why))
    else if (seconds === undefined) errors.push(required(`${at}.sessionAffinityConfig.clientIP.timeoutSeconds`, why))
    else if (seconds <= 0 || seconds > 86_400) {
      errors.push(
        invalid(
          `${at}.sessionAffinityConfig.clientIP.timeoutSeconds`,
          seconds,
          'must be greater than 0 and less than 86400',
        ),
      )
    }
  } else if (affinity === 'None' && config) {
    errors.push(forbidden(`${at}.sessionAffinityConfig`, 'must not be set when session affinity is None'))
  }
}

const families = ['IPv4', 'IPv6']
const familyPolicies = ['PreferDualStack', 'RequireDualStack', 'SingleStack']

/** ValidateServiceClusterIPsRelatedFields */
export function clusterIPs(spec: Fields, errors: FieldError[]): void {
  if (spec['type'] === 'ExternalName') return
  const here = `${at}.clusterIPs`
  const ips: string[] = spec['clusterIPs'] ?? []
  const first: string = spec['clusterIP'] ?? ''
  if (first !== '' && ips.length === 0) errors.push(required(here))
  else if (first !== '' && ips[0] !== first) errors.push(invalid(here, ips, 'first value must match `clusterIP`'))
  else if (first === '' && ips.length > 0)
    errors.push(invalid(here, ips, 'must be empty when `clusterIP` is not specified'))
  const seen = new Set<string>()
  spec['ipFamilies']?.forEach((family: string, i: number) => {
    if (!families.includes(family)) errors.push(notSupported(`${at}.ipFamilies[${i}]`, family, families))
    if (seen.has(family)) errors.push(duplicate(`${at}.ipFamilies[${i}]`, family))
    seen.add(family)
  })
  const policy = spec['ipFamilyPolicy']
  if (policy !== undefined && !familyPolicies.includes(policy))
    errors.push(notSupported(`${at}.ipFamilyPolicy`, policy, familyPolicies))
  if (!validAddresses(ips, here, errors)) return
  if (ips.length > 1 && new Set(ips.map(isIPv6)).size < 2) {
    errors.push(invalid(here, ips, 'may specify no more than one IP for each IP family'))
  }
  if (isHeadless(spec)) return
  spec['ipFamilies']?.forEach((family: string, i: number) => {
    const ip = ips[i]
    if (ip !== undefined && families.includes(family) && isIPv6(ip) !== (family === 'IPv6')) {
      errors.push(invalid(`${here}[${i}]`, ip, `expected an ${family} value as indicated by \`ipFamilies[${i}]\``))
    }
  })
}

function validAddresses(ips: string[], here: string, errors: FieldError[]): boolean {
  let good = true
  ips.forEach((ip, i) => {
    if (i === 0 && ip === 'None') {
      if (ips.length === 1) return
      errors.push(invalid(here, ips, "'None' must be the first and only value"))
      good = false
      return
    }
    const complaints = isValidIP(ip)
    complain(complaints, ip, `${here}[${i}]`, errors)
    if (complaints.length > 0) good = false
  })
  if (ips.length > 2) errors.push(invalid(here, ips, 'may only hold up to 2 values'))
  return good
}

function nodePorts(spec: Fields, ports: Fields[], errors: FieldError[]): void {
  const seenNodePorts = new Set<string>()
  const seenPorts = new Set<string>()
  ports.forEach(({ nodePort }, i) => {
    if (spec['type'] === 'ClusterIP' && nodePort) {
      errors.push(forbidden(`${at}.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'"))
    }
  })
  ports.forEach(({ nodePort, protocol }, i) => {
    if (!nodePort) return
    const key = `${protocol}/${nodePort}`
    if (seenNodePorts.has(key)) errors.push(duplicate(`${at}.ports[${i}].nodePort`, nodePort))
    seenNodePorts.add(key)
  })
  ports.forEach(({ port, protocol }, i) => {
    const key = `${protocol}/${port}`
    if (seenPorts.has(key)) {
      const printed = { Name: '', Protocol: protocol, AppProtocol: null, Port: port, TargetPort: 0, NodePort: 0 }
      errors.push(duplicate(`${at}.ports[${i}]`, printed))
    }
    seenPorts.add(key)
  })
}

const sourceRanges = 'service.beta.kubernetes.io/load-balancer-source-ranges'
const onlyLoadBalancer = "may only be used when `type` is 'LoadBalancer'"

function loadBalancer({ metadata, spec }: Fields, errors: FieldError[]): void {
  const isLoadBalancer = spec['type'] === 'LoadBalancer'
  const ranges: string[] = spec['loadBalancerSourceRanges'] ?? []
  if (ranges.length > 0 && !isLoadBalancer) errors.push(forbidden(`${at}.LoadBalancerSourceRanges`, onlyLoadBalancer))
  ranges.forEach((range, i) =>
    complain(isValidCIDR(range.trim()), range.trim(), `${at}.LoadBalancerSourceRanges[${i}]`, errors),
  )
  const annotated: string | undefined = metadata.annotations?.[sourceRanges]
  if (ranges.length === 0 && annotated !== undefined) {
    const here = `metadata.annotations[${sourceRanges}]`
    if (!isLoadBalancer) errors.push(forbidden(here, onlyLoadBalancer))
    if (annotated.trim() !== '') for (const range of annotated.split(',')) complain(isValidCIDR(range.trim()), range.trim(), here, errors)
  }
  if (spec['allocateLoadBalancerNodePorts'] !== undefined && !isLoadBalancer) {
    errors.push(forbidden(`${at}.allocateLoadBalancerNodePorts`, onlyLoadBalancer))
  }
  if (spec['allocateLoadBalancerNodePorts'] === undefined && isLoadBalancer)
    errors.push(required('allocateLoadBalancerNodePorts'))
  if (spec['loadBalancerClass'] === undefined) return
  if (isLoadBalancer) qualifiedName(spec['loadBalancerClass'], `${at}.loadBalancerClass`, errors)
  else errors.push(forbidden(`${at}.loadBalancerClass`, onlyLoadBalancer))
}

const scopes = ['Cluster', 'Local']
const needsHealthCheck = (spec: Fields): boolean => spec['type'] === 'LoadBalancer' && spec['externalTrafficPolicy'] === 'Local'

function trafficPolicies(spec: Fields, errors: FieldError[]): void {
  const { externalTrafficPolicy: external, internalTrafficPolicy: internal, trafficDistribution, type } = spec
  if (!isExternal(spec)) {
    if (external) {
      errors.push(
        invalid(`${at}.externalTrafficPolicy`, external, 'may only be set for externally-accessible services'),
      )
    }
  } else choice(external, scopes, `${at}.externalTrafficPolicy`, errors)
  const health: number = spec['healthCheckNodePort'] ?? 0
  if (needsHealthCheck(spec)) {
    if (health !== 0) complain(isValidPortNum(health), health, `${at}.healthCheckNodePort`, errors)
  } else if (health !== 0) {
    const only = "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'"
    errors.push(invalid(`${at}.healthCheckNodePort`, health, only))
  }
  if (internal === undefined && type !== 'ExternalName' && types.includes(type))
    errors.push(required(`${at}.internalTrafficPolicy`))
  if (internal !== undefined && !scopes.includes(internal)) {
    errors.push(notSupported(`${at}.internalTrafficPolicy`, internal, scopes))
  }
  const distributions = ['PreferClose', 'PreferSameZone', 'PreferSameNode']
  if (trafficDistribution !== undefined && !distributions.includes(trafficDistribution)) {
    errors.push(notSupported(`${at}.trafficDistribution`, trafficDistribution, distributions))
  }
}

export function updateService(next: KubeObject, old: KubeObject, errors: FieldError[]): void {
  const [spec, before]: [Fields, Fields] = [next['spec'], old['spec']]
  keptAddresses(spec, before, errors)
  if (
    spec['type'] === 'LoadBalancer' &&
    before['type'] === 'LoadBalancer' &&
    spec['loadBalancerClass'] !== before['loadBalancerClass']
  ) {
    errors.push(invalid(`${at}.loadBalancerClass`, spec['loadBalancerClass'] ?? null, onceSet))
  }
  if (needsHealthCheck(before) && needsHealthCheck(spec) && spec['healthCheckNodePort'] !== before['healthCheckNodePort']) {
    errors.push(forbidden(`${at}.healthCheckNodePort`, immutableText))
  }
  service(next, errors)
}

const onceSet = 'may not change once set'

/** An address once given stays, and its family, unless the service becomes or was an ExternalName; a second one may come and go. */
function keptAddresses(spec: Fields, before: Fields, errors: FieldError[]): void {
  if (spec['type'] === 'ExternalName' || before['type'] === 'ExternalName') return
  if (isHeadless(spec) && isHeadless(before)) return
  const [ips, oldIps]: [string[], string[]] = [spec['clusterIPs'] ?? [], before['clusterIPs'] ?? []]
  const released = (count: number, what: string) => {
    if (count !== 1 || spec['ipFamilyPolicy'] === 'SingleStack') return
    errors.push(invalid(`${at}.ipFamilyPolicy`, spec['ipFamilyPolicy'], `must be set to 'SingleStack' when releasing the secondary ${what}`))
  }
  if (oldIps.length > ips.length && ips.length === 0) errors.push(invalid(`${at}.clusterIPs[0]`, ips, 'primary clusterIP can not be unset'))
  for (const i of changed(ips, oldIps)) errors.push(invalid(`${at}.clusterIPs[${i}]`, ips, onceSet))
  if (oldIps.length > ips.length) released(ips.length, 'clusterIP')
  if (isHeadless(spec) !== isHeadless(before)) return
  const [families, oldFamilies]: [string[], string[]] = [spec['ipFamilies'] ?? [], before['ipFamilies'] ?? []]
  if (oldFamilies.length > families.length && ips.length === 0) errors.push(invalid(`${at}.ipFamilies[0]`, families, 'primary ipFamily can not be unset'))
  // Upstream shows the addresses where the number of families has changed.
  const shown = families.length === oldFamilies.length ? families : ips
  for (const _ of changed(families, oldFamilies)) errors.push(invalid(`${at}.ipFamilies[0]`, shown, onceSet))
  if (oldFamilies.length > families.length) released(families.length, 'ipFamily')
}

/** Where two lists differ; only the first counts when one has more than the other. */
function changed(next: readonly string[], old: readonly string[]): number[] {
  const compared = next.length === old.length ? old.length : Math.min(1, old.length, next.length)
  return Array.from({ length: compared }, (_, i) => i).filter((i) => next[i] !== old[i])
}

const ipModes = ['Proxy', 'VIP']

export function serviceStatus({ status = {}, spec }: Fields, _old: Fields, errors: FieldError[]): void {
  const ingress: Fields[] = status.loadBalancer?.ingress ?? []
  if (ingress.length > 0 && spec.type !== 'LoadBalancer') {
    errors.push(forbidden('status.loadBalancer.ingress', "may only be used when `spec.type` is 'LoadBalancer'"))
    return
  }
  ingress.forEach(({ ip, ipMode, hostname }, i) => {
    const here = `status.loadBalancer.ingress[${i}]`
    if (ip) complain(isValidIP(ip), ip, `${here}.ip`, errors)
    if (ipMode === undefined) {
      if (ip) errors.push(required(`${here}.ipMode`, 'must be specified when `ip` is set'))
    } else if (!ip) errors.push(forbidden(`${here}.ipMode`, 'may not be specified when `ip` is not set'))
    else if (!ipModes.includes(ipMode)) errors.push(notSupported(`${here}.ipMode`, ipMode, ipModes))
    if (!hostname) return
    complain(isDNS1123Subdomain(hostname), hostname, `${here}.hostname`, errors)
    if (isValidIP(hostname).length === 0) errors.push(invalid(`${here}.hostname`, hostname, 'must be a DNS name, not an IP address'))
  })
}
