import { parseGroupVersion } from '../../engine/api/resources.ts'
import { CommandError } from '../errors.ts'
import type { Selector } from './kustomization.ts'
import type { Fields, Resource } from './resource.ts'

/** Whether an object is meant, by the name that it has or by one that it has had. */
export function isSelected({ object, names }: Resource, selector: Selector): boolean {
  const { metadata, kind, apiVersion } = object as { metadata: Fields; kind: string; apiVersion: string }
  const { group, version } = parseGroupVersion(apiVersion)
  return fitsWhole(selector.kind, kind) && fitsWhole(selector.group, group) && fitsWhole(selector.version, version) && fitsWhole(selector.name, metadata['name'], ...names) && fitsWhole(selector.namespace, metadata['namespace'])
}

/** What a selector says is a regular expression for the whole. */
function fitsWhole(pattern: string | undefined, ...texts: (string | undefined)[]): boolean {
  if (pattern === undefined) return true
  try {
    const whole = new RegExp(`^(?:${pattern})$`)
    return texts.some((text) => text !== undefined && whole.test(text))
  } catch {
    throw new CommandError(`error parsing regexp: ${pattern}`)
  }
}
