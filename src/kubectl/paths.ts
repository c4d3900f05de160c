import type { ResourceInfo } from '../engine/api/resources.ts'

/** "/api/v1/namespaces/default/pods/web/log"; without a namespace the collection of all of them. */
export function pathOf(resource: ResourceInfo, namespace: string, name = '', subresource = ''): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  const scope = resource.namespaced && namespace !== '' ? `/namespaces/${encode(namespace)}` : ''
  const tail = [resource.plural, name, subresource].filter((part) => part !== '')
  return `${root}${scope}/${tail.map((part, i) => (i === 1 ? encode(part) : part)).join('/')}`
}

function encode(segment: string): string {
  return encodeURIComponent(segment).replaceAll('%3A', ':')
}
