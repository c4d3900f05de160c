/** apiregistration.k8s.io/v1 (kube-aggregator pkg/apis/apiregistration/validation). */
import { goQuote, invalid, notSupported, required, type FieldError } from '../field.ts'
import { fromBase64 } from '../base64.ts'
import { isDNS1035Label, isDNS1123Subdomain, isPathSegmentName } from '../names.ts'
import { complain, present, type Fields } from './report.ts'

export function apiService({ metadata, spec = {} }: Fields, errors: FieldError[]): void {
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0 } = spec
  // By which name it goes is said by what it serves.
  const name = `${version}.${group}`
  const faults = isPathSegmentName(metadata.name)
  complain(faults.length === 0 && metadata.name !== name ? [`must be \`spec.version+"."+spec.group\`: ${goQuote(name)}`] : faults, metadata.name, 'metadata.name', errors)
  if (group === '' && version !== 'v1') errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'))
  if (group !== '') complain(isDNS1123Subdomain(group), group, 'spec.group', errors)
  complain(isDNS1035Label(version), version, 'spec.version', errors)
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > 20_000) errors.push(invalid('spec.groupPriorityMinimum', groupPriorityMinimum, 'must be positive and less than 20000'))
  if (versionPriority <= 0 || versionPriority > 1000) errors.push(invalid('spec.versionPriority', versionPriority, 'must be positive and less than 1000'))
  checkServer(spec, errors)
}

/** Where it is served: by a Service, or by this server itself. */
function checkServer({ service, caBundle = '', insecureSkipTLSVerify = false }: Fields, errors: FieldError[]): void {
  if (service === undefined) {
    if (caBundle !== '') errors.push(invalid('spec.caBundle', `${fromBase64(caBundle).length} bytes`, 'local APIServices may not have a caBundle'))
    if (insecureSkipTLSVerify) errors.push(invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'))
    return
  }
  present(service.namespace, 'spec.service.namespace', errors)
  present(service.name, 'spec.service.name', errors)
  if (insecureSkipTLSVerify && caBundle !== '') errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'))
}

const statuses = ['True', 'False', 'Unknown']

export function apiServiceStatus({ status = {} }: Fields, _old: Fields, errors: FieldError[]): void {
  for (const [i, condition] of ((status.conditions ?? []) as Fields[]).entries()) {
    if (!statuses.includes(condition['status'])) errors.push(notSupported(`status.conditions[${i}].status`, condition['status'], statuses))
  }
}
