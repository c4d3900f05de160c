/** PodSpec, in pods and in templates (ValidatePodSpec), and templates themselves. */
import { duplicate, forbidden, invalid, required, type FieldError } from '../field.ts'
import { isDNS1123Subdomain, isInRange, isValidIP } from '../names.ts'
import { aggregateLimits, aggregateRequests } from '../podResources.ts'
import { compare, quantity } from '../quantity.ts'
import type { ResourceList } from '../types.ts'
import {
  validateContainers,
  validateEphemeralContainers,
  validateInitContainers,
  type PodContext,
} from './containers.ts'
import { validateAnnotations, validateLabels } from './meta.ts'
import { validateOS } from './podOS.ts'
import { validatePodAnnotations } from './podAnnotations.ts'
import { seccompAgrees } from './podProfiles.ts'
import { choice, complain, everyContainer, label, qualifiedName, subdomain, type Fields } from './report.ts'
import {
  containerResourceName,
  podResourceName,
  validateResourceRequirements,
} from './resources.ts'
import {
  validateAffinity,
  validateSchedulingGates,
  validateSpreadConstraints,
  validateTolerations,
} from './scheduling.ts'
import { validatePodSecurityContext } from './securityContext.ts'
import { validateVolumes } from './volumes.ts'
import { validateHostProcesses } from './windowsOptions.ts'

export const restartPolicies = ['Always', 'OnFailure', 'Never']
const dnsPolicies = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']

/** `podName` is that of a real pod; undefined says that the spec is a template's. */
export function validatePodSpec(spec: Fields, podName: string | undefined, at: string, errors: FieldError[]): void {
  const isPod = podName !== undefined
  if (spec['terminationGracePeriodSeconds'] === undefined) errors.push(required(`${at}.terminationGracePeriodSeconds`))
  const claims: Fields[] = spec['resourceClaims'] ?? []
  const pod: PodContext = {
    spec,
    volumes: validateVolumes(spec['volumes'], podName ?? '', `${at}.volumes`, errors),
    claims: new Set(claims.map((claim) => claim['name']).filter(Boolean)),
    gracePeriod: spec['terminationGracePeriodSeconds'],
    hostUsers: spec['hostUsers'] !== false,
    isPod,
  }
  if (claims.length > 0) validateResourceClaims(claims, `${at}.resourceClaims`, errors)
  validateContainers(pod, `${at}.containers`, errors)
  if (spec['initContainers']) validateInitContainers(pod, `${at}.initContainers`, errors)
  if (spec['ephemeralContainers']) validateEphemeralContainers(pod, `${at}.ephemeralContainers`, errors)
  if (spec['resources']) validatePodResources(pod, `${at}.resources`, errors)
  if (spec['hostNetwork']) validateHostNetworkPorts(spec, isPod, `${at}.containers`, errors)
  choice(spec['restartPolicy'], restartPolicies, `${at}.restartPolicy`, errors)
  choice(spec['dnsPolicy'], dnsPolicies, `${at}.dnsPolicy`, errors)
  validateLabels(spec['nodeSelector'], `${at}.nodeSelector`, errors)
  validatePodSecurityContext(spec, `${at}.securityContext`, errors)
  if (spec['affinity']) validateAffinity(spec['affinity'], `${at}.affinity`, errors)
  validateDNSConfig(spec, `${at}.dnsConfig`, errors)
  spec['readinessGates']?.forEach(({ conditionType = '' }: Fields, i: number) =>
    qualifiedName(conditionType, `${at}.readinessGates[${i}].conditionType`, errors),
  )
  if (spec['schedulingGates']) validateSchedulingGates(spec['schedulingGates'], `${at}.schedulingGates`, errors)
  if (spec['topologySpreadConstraints']) {
    validateSpreadConstraints(spec['topologySpreadConstraints'], `${at}.topologySpreadConstraints`, errors)
  }
  validateHostProcesses(spec, at, errors)
  validateHostUsers(spec, at, errors)
  validateNames(spec, at, errors)
  if (spec['tolerations']) validateTolerations(spec['tolerations'], `${at}.tolerations`, errors)
  validateRest(spec, at, errors)
}

function validateResourceClaims(claims: Fields[], at: string, errors: FieldError[]): void {
  const seen = new Set<string>()
  claims.forEach((claim, i) => {
    const here = `${at}[${i}]`
    const { name = '', resourceClaimName, resourceClaimTemplateName } = claim
    const printed = {
      Name: name,
      ResourceClaimName: resourceClaimName ?? null,
      ResourceClaimTemplateName: resourceClaimTemplateName ?? null,
    }
    if (name === '') errors.push(required(`${here}.name`))
    else if (seen.has(name)) errors.push(duplicate(`${here}.name`, name))
    else label(name, `${here}.name`, errors)
    seen.add(name)
    if (resourceClaimName !== undefined && resourceClaimTemplateName !== undefined) {
      errors.push(
        invalid(here, printed, 'at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified'),
      )
    }
    if (resourceClaimName === undefined && resourceClaimTemplateName === undefined) {
      errors.push(invalid(here, printed, 'must specify one of: `resourceClaimName`, `resourceClaimTemplateName`'))
    }
    if (resourceClaimName !== undefined) subdomain(resourceClaimName, `${here}.resourceClaimName`, errors)
    if (resourceClaimTemplateName !== undefined) {
      subdomain(resourceClaimTemplateName, `${here}.resourceClaimTemplateName`, errors)
    }
  })
}

/** Resources of the pod as a whole (KEP-2837): no less than its containers ask for. */
function validatePodResources(pod: PodContext, at: string, errors: FieldError[]): void {
  const { spec } = pod
  if (spec['os']?.name === 'windows') return void errors.push(forbidden(at, 'may not be set for a windows pod'))
  const resources: { requests?: ResourceList; limits?: ResourceList; claims?: unknown } = spec['resources']
  if (resources.claims) errors.push(forbidden(`${at}.claims`, 'claims may not be set for Resources at pod-level'))
  validateResourceRequirements(resources, podResourceName, pod.claims, at, errors)
  const total = aggregateRequests(spec)
  for (const name in total) {
    const asked = resources.requests?.[name]
    if (asked !== undefined && compare(quantity(total[name]), quantity(asked)) > 0) {
      errors.push(
        invalid(
          `${at}.requests[${name}]`,
          asked,
          `must be greater than or equal to aggregate container requests of ${total[name]}`,
        ),
      )
    }
  }
  const most = aggregateLimits(spec)
  for (const name in most) {
    const own = resources.limits?.[name]
    if (!name.startsWith('hugepages-') || own === undefined || compare(quantity(most[name]), quantity(own)) <= 0) continue
    errors.push(invalid(`${at}.limits[${name}]`, own, `must be greater than or equal to aggregate container limits of ${most[name]}`))
  }
  spec['containers']?.forEach((c: Fields, i: number) => {
    const limits: ResourceList = c['resources']?.limits ?? {}
    for (const name in limits) {
      const most = resources.limits?.[name]
      if (most !== undefined && compare(quantity(limits[name]), quantity(most)) > 0) {
        errors.push(
          invalid(
            `${at}.containers[${i}][${name}].limits`,
            limits[name],
            `must be less than or equal to pod limits of ${most}`,
          ),
        )
      }
    }
  })
}

function validateHostNetworkPorts(spec: Fields, isPod: boolean, at: string, errors: FieldError[]): void {
  spec['containers']?.forEach((c: Fields, i: number) => {
    c['ports']?.forEach(({ hostPort = 0, containerPort }: Fields, k: number) => {
      if ((isPod || hostPort !== 0) && hostPort !== containerPort) {
        errors.push(
          invalid(
            `${at}[${i}].ports[${k}].hostPort`,
            hostPort,
            'must match `containerPort` when `hostNetwork` is true',
          ),
        )
      }
    })
  })
}

function validateDNSConfig(spec: Fields, at: string, errors: FieldError[]): void {
  const config: Fields | undefined = spec['dnsConfig']
  const nameservers: string[] = config?.['nameservers'] ?? []
  if (spec['dnsPolicy'] === 'None' && nameservers.length === 0) {
    if (!config) errors.push(required(at, 'must provide `dnsConfig` when `dnsPolicy` is None'))
    else errors.push(required(`${at}.nameservers`, 'must provide at least one DNS nameserver when `dnsPolicy` is None'))
    return
  }
  if (!config) return
  if (nameservers.length > 3)
    errors.push(invalid(`${at}.nameservers`, nameservers, 'must not have more than 3 nameservers'))
  nameservers.forEach((ip, i) => complain(isValidIP(ip), ip, `${at}.nameservers[${i}]`, errors))
  const searches: string[] = config['searches'] ?? []
  if (searches.length > 32) errors.push(invalid(`${at}.searches`, searches, 'must not have more than 32 search paths'))
  if (searches.join(' ').length > 2048) {
    errors.push(
      invalid(
        `${at}.searches`,
        searches,
        'must not have more than 2048 characters (including spaces) in the search list',
      ),
    )
  }
  searches.forEach((search, i) => {
    if (search === '.') return
    const domain = search.endsWith('.') ? search.slice(0, -1) : search
    complain(underscoreSubdomain(domain), domain, `${at}.searches[${i}]`, errors)
  })
  config['options']?.forEach(({ name }: Fields, i: number) => {
    if (!name) errors.push(required(`${at}.options[${i}]`, 'must not be empty'))
  })
}

/** Search domains may have labels with underscores. */
function underscoreSubdomain(domain: string): readonly string[] {
  const complaints = isDNS1123Subdomain(domain.replaceAll(/_(?=[-_a-z0-9]*[a-z0-9])/g, 'a'))
  return complaints.map((text) =>
    text
      .replace("alphanumeric characters, '-' or '.'", "alphanumeric characters, '_', '-' or '.'")
      .replace(
        /regex used for validation is '.*'\)$/,
        "regex used for validation is '_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?(\\._?[a-z0-9]([-_a-z0-9]*[a-z0-9])?)*')",
      ),
  )
}

function validateHostUsers(spec: Fields, at: string, errors: FieldError[]): void {
  if (spec['hostUsers'] !== false) return
  if (spec['hostNetwork']) errors.push(forbidden(`${at}.hostNetwork`, 'when `hostUsers` is false'))
  // upstream writes these two fields so
  if (spec['hostPID']) errors.push(forbidden(`${at}.HostPID`, 'when `hostUsers` is false'))
  if (spec['hostIPC']) errors.push(forbidden(`${at}.HostIPC`, 'when `hostUsers` is false'))
  for (const { container, path } of everyContainer(at, spec)) {
    if (container['volumeDevices']?.length > 0) errors.push(forbidden(`${path}.volumeDevices`, 'when `hostUsers` is false'))
  }
}

function validateNames(spec: Fields, at: string, errors: FieldError[]): void {
  if (spec['serviceAccountName']) subdomain(spec['serviceAccountName'], `${at}.serviceAccountName`, errors)
  if (spec['nodeName']) subdomain(spec['nodeName'], `${at}.nodeName`, errors)
  const deadline = spec['activeDeadlineSeconds']
  if (deadline !== undefined)
    complain(isInRange(deadline, 1, 2147483647), deadline, `${at}.activeDeadlineSeconds`, errors)
  if (spec['hostname']) label(spec['hostname'], `${at}.hostname`, errors)
  if (spec['subdomain']) label(spec['subdomain'], `${at}.subdomain`, errors)
}

function validateRest(spec: Fields, at: string, errors: FieldError[]): void {
  spec['hostAliases']?.forEach(({ ip = '', hostnames }: Fields, i: number) => {
    complain(isValidIP(ip), ip, `${at}.hostAliases[${i}].ip`, errors)
    hostnames?.forEach((name: string, k: number) => subdomain(name, `${at}.hostAliases[${i}].hostnames[${k}]`, errors))
  })
  if (spec['priorityClassName']) subdomain(spec['priorityClassName'], `${at}.priorityClassName`, errors)
  if (spec['runtimeClassName'] !== undefined) subdomain(spec['runtimeClassName'], `${at}.runtimeClassName`, errors)
  if (spec['preemptionPolicy'] !== undefined) {
    choice(spec['preemptionPolicy'], ['PreemptLowerPriority', 'Never'], `${at}.preemptionPolicy`, errors)
  }
  if (spec['overhead']) validateResourceRequirements({ limits: spec['overhead'] }, containerResourceName, new Set(), `${at}.overhead`, errors)
  if (spec['os']) validateOS(spec, at, errors)
}

/** ValidatePodTemplateSpec */
export function validatePodTemplate(template: Fields, at: string, errors: FieldError[]): void {
  const meta: Fields = template['metadata'] ?? {}
  validateLabels(meta['labels'], `${at}.labels`, errors)
  validateAnnotations(meta['annotations'], `${at}.annotations`, errors)
  validatePodAnnotations(meta['annotations'], template['spec'] ?? {}, `${at}.annotations`, errors)
  validatePodSpec(template['spec'] ?? {}, undefined, `${at}.spec`, errors)
  seccompAgrees(meta['annotations'], template['spec'] ?? {}, `${at}.spec`, errors)
  if (template['spec']?.ephemeralContainers?.length > 0) {
    errors.push(forbidden(`${at}.spec.ephemeralContainers`, 'ephemeral containers not allowed in pod template'))
  }
}
