import { goQuote } from '../engine/api/field.ts'
import type { ResourceInfo } from '../engine/api/resources.ts'
import { uriEncoded } from '../engine/api/uri.ts'
import { CommandError } from './errors.ts'

/**
 * "/api/v1/namespaces/default/pods/web/log"; without a namespace the collection of all of them.
 *
 * @throws CommandError for a name that no path can hold (client-go's rest/request.go, `Name`).
 */
export function pathOf(resource: ResourceInfo, namespace: string, name = '', subresource = ''): string {
  const root = resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
  const scope = resource.namespaced && namespace !== '' ? `/namespaces/${encode(namespace)}` : ''
  if (name !== '') checkSegment(name)
  const tail = [resource.plural, name, subresource].filter((part) => part !== '')
  return `${root}${scope}/${tail.map((part, i) => (i === 1 ? encode(part) : part)).join('/')}`
}

/** As IsValidPathSegmentName in apimachinery's api/validation/path/name.go. */
function checkSegment(name: string): void {
  const problems = name === '.' || name === '..' ? [`may not be '${name}'`] : ['/', '%'].filter((sign) => name.includes(sign)).map((sign) => `may not contain '${sign}'`)
  if (problems.length > 0) throw new CommandError(`invalid resource name ${goQuote(name)}: [${problems.join(' ')}]`)
}

const encode = (segment: string): string => uriEncoded(segment).replaceAll('%3A', ':')
