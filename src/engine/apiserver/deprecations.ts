import type { ResourceInfo } from '../api/resources.ts'

/** What is still served and will not be for ever (the lifecycle tags of the API types). By "plural[.group]". */
const deprecated: Readonly<Record<string, string>> = {
  componentstatuses: 'v1 ComponentStatus is deprecated in v1.19+',
  endpoints: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
}

/** The warning that comes with every answer about such a kind. */
export function deprecationOf({ plural, group, custom }: ResourceInfo): readonly string[] {
  if (custom !== undefined) return custom.warnings
  const warning = group === '' && Object.hasOwn(deprecated, plural) ? deprecated[plural]! : undefined
  return warning === undefined ? [] : [warning]
}
