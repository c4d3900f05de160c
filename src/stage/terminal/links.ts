import { useMemo } from 'react'
import { useKeys } from '../../playback/hooks.ts'
import { lowerBound } from '../../engine/api/orderedKeys.ts'

/** The key by which an object is selected that kubectl calls so: 'web-1', 'pod/web-1', 'node1'. */
export type Links = (word: string) => string | undefined

/** Pieces of a printed line, in order; those with a key name an object. */
export interface LinkedText {
  readonly text: string
  readonly key: string | undefined
}

/** A name with what may stand before it: a type, quotes, a bracket. */
const word = /[\w.-]+(?:\/[\w.-]+)?/g

export function linked(line: string, links: Links): readonly LinkedText[] {
  const pieces: LinkedText[] = []
  let from = 0
  for (const match of line.matchAll(word)) {
    const text = match[0]
    const key = links(text) ?? (text.endsWith('.') ? links(text.slice(0, -1)) : undefined)
    if (key === undefined) continue
    if (match.index > from) pieces.push({ text: line.slice(from, match.index), key: undefined })
    pieces.push({ text, key })
    from = match.index + text.length
  }
  if (from < line.length || pieces.length === 0) pieces.push({ text: line.slice(from), key: undefined })
  return pieces
}

/** What kubectl calls a collection before the name of an object. */
const collections: Readonly<Record<string, string>> = {
  'deployment.apps': 'deployments',
  'replicaset.apps': 'replicasets',
  'service': 'services',
  'job.batch': 'jobs',
  'pod': 'pods',
  'node': 'nodes',
}

/** `keys`: by collection, sorted. A bare name means a pod or a node; others need their type. Looked up word by word: few of ten thousand names are in sight. */
export function linksTo(keys: Readonly<Record<string, readonly string[]>>): Links {
  const found = (key: string): string | undefined => {
    const list = keys[key.slice(0, key.indexOf('/'))] ?? []
    return list[lowerBound(list, key)] === key ? key : undefined
  }
  const named = (plural: string, name: string): string | undefined => {
    if (plural === 'nodes') return found(`nodes/${name}`)
    for (const namespace of keys['namespaces'] ?? []) {
      const key = found(`${plural}/${namespace.slice('namespaces/'.length)}/${name}`)
      if (key !== undefined) return key
    }
    return undefined
  }
  return (word) => {
    const [before = '', name] = word.split('/')
    if (name === undefined) return named('pods', before) ?? named('nodes', before)
    // As events and drain write it: a pod's namespace.
    return (Object.hasOwn(collections, before) ? named(collections[before]!, name) : undefined) ?? found(`pods/${word}`)
  }
}

export function useLinks(): Links {
  const namespaces = useKeys('namespaces/')
  const pods = useKeys('pods/')
  const nodes = useKeys('nodes/')
  const deployments = useKeys('deployments/')
  const replicasets = useKeys('replicasets/')
  const services = useKeys('services/')
  const jobs = useKeys('jobs/')
  return useMemo(
    () => linksTo({ namespaces, pods, nodes, deployments, replicasets, services, jobs }),
    [namespaces, pods, nodes, deployments, replicasets, services, jobs],
  )
}
