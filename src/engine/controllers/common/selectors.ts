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
