/** networking.k8s.io/v1 */
import { parseSloppyPrefix } from '../addresses.ts'
import { forbidden, invalid, notSupported, required, tooLong, type FieldError } from '../field.ts'
import {
  isDNS1035Label,
  isDNS1123Subdomain,
  isPathSegmentName,
  isValidCIDR,
  isValidIP,
  isValidPortName,
  isValidPortNum,
  isWildcardDNS1123Subdomain,
} from '../names.ts'
import { immutable, subdomainName, validateObjectMeta } from './meta.ts'
import { complain, domainPrefixedPath, label, subdomain, validateLabelSelector, type Fields } from './report.ts'

function ingress({ spec = {} }: Fields, errors: FieldError[]): void {
  const { rules = [], defaultBackend, tls = [], ingressClassName } = spec
  if (rules.length === 0 && !defaultBackend) {
    errors.push(invalid('spec', null, 'either `defaultBackend` or `rules` must be specified'))
  }
  if (defaultBackend) ingressBackend(defaultBackend, 'spec.defaultBackend', errors)
  rules.forEach((rule: Fields, i: number) => ingressRule(rule, `spec.rules[${i}]`, errors))
  tls.forEach(({ hosts = [], secretName }: Fields, i: number) => {
    hosts.forEach((host: string, k: number) => {
      const check = host.includes('*') ? isWildcardDNS1123Subdomain : isDNS1123Subdomain
      complain(check(host), host, `spec.tls[${i}].hosts[${k}]`, errors)
    })
    if (secretName) subdomain(secretName, `spec.tls[${i}].secretName`, errors)
  })
  if (ingressClassName !== undefined)
    complain(isDNS1123Subdomain(ingressClassName), ingressClassName, 'spec.ingressClassName', errors)
}

const classAnnotation = 'kubernetes.io/ingress.class'

export function newIngress(object: Fields, errors: FieldError[]): void {
  ingress(object, errors)
  const [annotated, named] = [object['metadata'].annotations?.[classAnnotation], object['spec']?.ingressClassName]
  if (annotated === undefined || named === undefined || annotated === named) return
  errors.push(invalid(`annotations.${classAnnotation}`, annotated, 'must match `ingressClassName` when both are specified'))
}

export const updateIngress = (next: Fields, _old: Fields, errors: FieldError[]): void => ingress(next, errors)

/** By which addresses a controller leads to it. */
export function ingressStatus({ status = {} }: Fields, _old: Fields, errors: FieldError[]): void {
  for (const [i, { ip, hostname }] of ((status.loadBalancer?.ingress ?? []) as Fields[]).entries()) {
    const at = `status.loadBalancer.ingress[${i}]`
    if (ip) complain(isValidIP(ip), ip, `${at}.ip`, errors)
    if (!hostname) continue
    subdomain(hostname, `${at}.hostname`, errors)
    if (isValidIP(hostname).length === 0) errors.push(invalid(`${at}.hostname`, hostname, 'must be a DNS name, not an IP address'))
  }
}

function ingressRule({ host = '', http }: Fields, at: string, errors: FieldError[]): void {
  if (host !== '') {
    if (isValidIP(host).length === 0) errors.push(invalid(`${at}.host`, host, 'must be a DNS name, not an IP address'))
    const check = host.includes('*') ? isWildcardDNS1123Subdomain : isDNS1123Subdomain
    complain(check(host), host, `${at}.host`, errors)
  }
  if (!http) return
  if (!http.paths?.length) errors.push(required(`${at}.http.paths`))
  http.paths?.forEach((path: Fields, i: number) => ingressPath(path, `${at}.http.paths[${i}]`, errors))
}

const badSequences = ['//', '/./', '/../', '%2f', '%2F']
const badSuffixes = ['/..', '/.']

function ingressPath({ path = '', pathType, backend = {} }: Fields, at: string, errors: FieldError[]): void {
  if (pathType === undefined) return void errors.push(required(`${at}.pathType`, 'pathType must be specified'))
  if (pathType === 'Exact' || pathType === 'Prefix') {
    if (!path.startsWith('/')) errors.push(invalid(`${at}.path`, path, 'must be an absolute path'))
    for (const part of badSequences) {
      if (path.includes(part)) errors.push(invalid(`${at}.path`, path, `must not contain '${part}'`))
    }
    for (const end of badSuffixes)
      if (path.endsWith(end)) errors.push(invalid(`${at}.path`, path, `cannot end with '${end}'`))
  } else if (pathType === 'ImplementationSpecific') {
    if (path !== '' && !path.startsWith('/')) errors.push(invalid(`${at}.path`, path, 'must be an absolute path'))
  } else errors.push(notSupported(`${at}.pathType`, pathType, ['Exact', 'ImplementationSpecific', 'Prefix']))
  ingressBackend(backend, `${at}.backend`, errors)
}

function ingressBackend({ service, resource }: Fields, at: string, errors: FieldError[]): void {
  if (resource && service) {
    errors.push(invalid(at, '', 'cannot set both resource and service backends'))
    return
  }
  if (resource) {
    typedReference(resource, `${at}.resource`, errors)
    return
  }
  if (!service) {
    errors.push(invalid(at, '', 'resource or service backend is required'))
    return
  }
  if (!service.name) errors.push(required(`${at}.service.name`))
  else complain(isDNS1035Label(service.name), service.name, `${at}.service.name`, errors)
  const { name = '', number = 0 } = service.port ?? {}
  if (name !== '' && number !== 0) errors.push(invalid(at, '', 'cannot set both port name & port number'))
  else if (name !== '') complain(isValidPortName(name), name, `${at}.service.port.name`, errors)
  else if (number !== 0) complain(isValidPortNum(number), number, `${at}.service.port.number`, errors)
  else errors.push(required(at, 'port name or number is required'))
}

/** By kind and name, in an API group or the core. */
function typedReference({ apiGroup, kind, name }: Fields, at: string, errors: FieldError[]): void {
  if (apiGroup !== undefined) complain(isDNS1123Subdomain(apiGroup), apiGroup, `${at}.apiGroup`, errors)
  for (const [field, value] of Object.entries({ kind, name })) {
    if (!value) errors.push(required(`${at}.${field}`, `${field} is required`))
    else complain(isPathSegmentName(value), value, `${at}.${field}`, errors)
  }
}

const longestController = 250

export function ingressClass({ spec = {} }: Fields, errors: FieldError[]): void {
  const { controller = '', parameters } = spec
  if (controller.length > longestController) errors.push(tooLong('spec.controller', controller, longestController))
  domainPrefixedPath(controller, 'spec.controller', errors)
  if (parameters) classParameters(parameters, 'spec.parameters', errors)
}

export function updateIngressClass(next: Fields, old: Fields, errors: FieldError[]): void {
  immutable(next['spec'].controller, old['spec'].controller, 'spec.controller', errors)
  validateObjectMeta(next['metadata'], false, subdomainName, 'metadata', errors)
  ingressClass(next, errors)
}

function classParameters(parameters: Fields, at: string, errors: FieldError[]): void {
  typedReference(parameters, at, errors)
  const { scope, namespace } = parameters
  if (scope !== 'Namespace' && scope !== 'Cluster') errors.push(notSupported(`${at}.scope`, scope, ['Cluster', 'Namespace']))
  else if (scope === 'Cluster') {
    if (namespace !== undefined) errors.push(forbidden(`${at}.namespace`, "`parameters.scope` is set to 'Cluster'"))
  } else if (namespace === undefined) errors.push(required(`${at}.namespace`, "`parameters.scope` is set to 'Namespace'"))
  else label(namespace, `${at}.namespace`, errors)
}

export function networkPolicy({ spec = {} }: Fields, errors: FieldError[]): void {
  validateLabelSelector(spec.podSelector, 'spec.podSelector', errors)
  for (const [side, peers] of [
    ['ingress', 'from'],
    ['egress', 'to'],
  ] as const) {
    spec[side]?.forEach((rule: Fields, i: number) => {
      rule['ports']?.forEach((port: Fields, k: number) => policyPort(port, `spec.${side}[${i}].ports[${k}]`, errors))
      rule[peers]?.forEach((peer: Fields, k: number) => policyPeer(peer, `spec.${side}[${i}].${peers}[${k}]`, errors))
    })
  }
  const types: string[] = spec.policyTypes ?? []
  if (types.length > 2) {
    errors.push(invalid('spec.policyTypes', types, 'may not specify more than two policyTypes'))
    return
  }
  types.forEach((type, i) => {
    if (type !== 'Ingress' && type !== 'Egress')
      errors.push(notSupported(`spec.policyTypes[${i}]`, type, ['Ingress', 'Egress']))
  })
}

/** In the order in which upstream names them here. */
const policyProtocols = ['TCP', 'UDP', 'SCTP']

function policyPort({ protocol, port, endPort }: Fields, at: string, errors: FieldError[]): void {
  if (protocol !== undefined && !policyProtocols.includes(protocol))
    errors.push(notSupported(`${at}.protocol`, protocol, policyProtocols))
  if (typeof port === 'number') {
    complain(isValidPortNum(port), port, `${at}.port`, errors)
    if (endPort !== undefined && endPort < port) {
      // Upstream shows the port.
      errors.push(invalid(`${at}.endPort`, port, 'must be greater than or equal to `port`'))
    }
    if (endPort !== undefined) complain(isValidPortNum(endPort), endPort, `${at}.endPort`, errors)
  } else if (typeof port === 'string') {
    if (endPort !== undefined)
      errors.push(invalid(`${at}.endPort`, endPort, 'may not be specified when `port` is non-numeric'))
    complain(isValidPortName(port), port, `${at}.port`, errors)
  } else if (endPort !== undefined) {
    errors.push(invalid(`${at}.endPort`, endPort, 'may not be specified when `port` is not specified'))
  }
}

function policyPeer({ podSelector, namespaceSelector, ipBlock }: Fields, at: string, errors: FieldError[]): void {
  validateLabelSelector(podSelector, `${at}.podSelector`, errors)
  validateLabelSelector(namespaceSelector, `${at}.namespaceSelector`, errors)
  if (!podSelector && !namespaceSelector && !ipBlock) errors.push(required(at, 'must specify a peer'))
  if (!ipBlock) return
  if (podSelector || namespaceSelector) errors.push(forbidden(at, 'may not specify both ipBlock and another peer'))
  if (!ipBlock.cidr) {
    errors.push(required(`${at}.ipBlock.cidr`))
    return
  }
  const wrong = isValidCIDR(ipBlock.cidr)
  complain(wrong, ipBlock.cidr, `${at}.ipBlock.cidr`, errors)
  if (wrong.length > 0) return
  const whole = parseSloppyPrefix(ipBlock.cidr)!
  ipBlock.except?.forEach((cidr: string, i: number) => {
    const here = `${at}.ipBlock.except[${i}]`
    const faults = isValidCIDR(cidr)
    complain(faults, cidr, here, errors)
    if (faults.length > 0) return
    const part = parseSloppyPrefix(cidr)!
    if (!whole.contains(part.address) || whole.length >= part.length) errors.push(invalid(here, cidr, 'must be a strict subset of `cidr`'))
  })
}
