/** Commands that read objects as Go types (resource.Builder.WithScheme) know only those of client-go. */
import { goQuote } from '../engine/api/field.ts'
import { apiVersionOf, findResource, type ResourceInfo } from '../engine/api/resources.ts'
import { CommandError } from './errors.ts'

/** Served by Kubernetes, but of repositories of their own. */
const elsewhere = new Set(['apiextensions.k8s.io', 'apiregistration.k8s.io', 'metrics.k8s.io'])

/** Throws for an answer that such a command cannot decode; `suffix`: "List" for a list, `source`: the file that it cannot decode. */
export function checkType(resource: ResourceInfo, { suffix = '', source = '' }: { suffix?: 'List' | ''; source?: string } = {}): void {
  if (findResource(resource.group, resource.version, resource.plural) !== undefined && !elsewhere.has(resource.group)) return
  const where = source === '' ? '' : `unable to decode ${goQuote(source)}: `
  throw new CommandError(
    `${where}no kind ${goQuote(resource.kind + suffix)} is registered for version ${goQuote(apiVersionOf(resource))} in scheme "k8s.io/kubectl/pkg/scheme/scheme.go:28"`)
}
