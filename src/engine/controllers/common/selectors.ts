import { isSelectorError, nothing, selectorOf, type LabelSelector, type Selector } from '../../api/selector.ts'

const remembered = new WeakMap<object, Selector>()

/** The parsed selector of a stored object, parsed once; one that cannot be read, or is empty, selects nothing. */
export function podSelector(selector: LabelSelector | undefined): Selector {
  if (selector === undefined) return nothing
  let parsed = remembered.get(selector)
  if (parsed === undefined) {
    const result = selectorOf(selector)
    parsed = isSelectorError(result) || result.requirements.length === 0 ? nothing : result
    remembered.set(selector, parsed)
  }
  return parsed
}

/** A selector as Go prints it, keys in order. */
export function selectorText({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string {
  const labels = Object.keys(matchLabels).toSorted().map((key) => `${key}: ${matchLabels[key]},`).join('')
  const expressions = matchExpressions.map(({ key, operator, values = [] }) => `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`).join('')
  return `&LabelSelector{MatchLabels:map[string]string{${labels}},MatchExpressions:[]LabelSelectorRequirement{${expressions}},}`
}
