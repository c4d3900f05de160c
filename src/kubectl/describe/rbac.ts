import { withoutEvents } from './describer.ts'
import { goList, writeHead } from './writer.ts'

interface Rule {
  verbs: string[]
  apiGroups: string[]
  resources: string[]
  resourceNames: string[]
  nonResourceURLs: string[]
}

/** Roles and cluster roles: one line a resource, whatever rules grant it. */
export const describeRole = withoutEvents((w, { metadata, rules }) => {
  writeHead(w, metadata, { namespace: false })
  w.line(0, 'PolicyRule:')
  w.line(1, 'Resources\tNon-Resource URLs\tResource Names\tVerbs')
  w.line(1, '---------\t-----------------\t--------------\t-----')
  for (const rule of compactRules(rules ?? [])) {
    w.line(1, `${resourceText(rule)}\t${goList(rule.nonResourceURLs)}\t${goList(rule.resourceNames)}\t${goList(rule.verbs)}`)
  }
})

export const describeBinding = withoutEvents((w, { metadata, roleRef, subjects }) => {
  writeHead(w, metadata, { namespace: false })
  w.line(0, 'Role:')
  w.line(1, `Kind:\t${roleRef?.kind ?? ''}`)
  w.line(1, `Name:\t${roleRef?.name ?? ''}`)
  w.line(0, 'Subjects:')
  w.line(1, 'Kind\tName\tNamespace')
  w.line(1, '----\t----\t---------')
  for (const { kind, name, namespace = '' } of subjects ?? []) w.line(1, `${kind}\t${name}\t${namespace}`)
})

/** "deployments.apps/scale" */
export function resourceText({ resources, apiGroups }: Pick<Rule, 'resources' | 'apiGroups'>): string {
  const [resource] = resources
  if (resource === undefined) return ''
  const slash = resource.indexOf('/')
  const [name, subresource] = slash < 0 ? [resource, ''] : [resource.slice(0, slash), resource.slice(slash)]
  return `${name}${apiGroups[0] ? `.${apiGroups[0]}` : ''}${subresource}`
}

/** Takes rules apart to one resource and verb each and puts together again what is about the same resource. */
export function compactRules(rules: readonly Partial<Rule>[]): Rule[] {
  const merged = new Map<string, Rule>()
  const others: Rule[] = []
  for (const single of rules.flatMap(breakDown)) {
    if (single.nonResourceURLs.length > 0) {
      others.push(single)
      continue
    }
    const key = JSON.stringify([single.apiGroups, single.resources, single.resourceNames])
    const known = merged.get(key)
    if (known === undefined) merged.set(key, single)
    else known.verbs.push(...single.verbs.filter((verb) => !known.verbs.includes(verb)))
  }
  return [...others, ...merged.values()].toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
}

function breakDown({ verbs = [], apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: Partial<Rule>): Rule[] {
  const none = { apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] }
  const names = resourceNames.length > 0 ? resourceNames.map((name) => [name]) : [[]]
  const onResources = apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.flatMap((verb) =>
    names.map((name) => ({ ...none, verbs: [verb], apiGroups: [group], resources: [resource], resourceNames: name })))))
  return [...onResources, ...nonResourceURLs.flatMap((url) => verbs.map((verb) => ({ ...none, verbs: [verb], nonResourceURLs: [url] })))]
}

/** kubectl sorts rules by how Go prints them: verbs first. */
function sortKey({ verbs, apiGroups, resources, resourceNames, nonResourceURLs }: Rule): string {
  return `Verbs:${goList(verbs)},APIGroups:${goList(apiGroups)},Resources:${goList(resources)},ResourceNames:${goList(resourceNames)},NonResourceURLs:${goList(nonResourceURLs)},`
}
