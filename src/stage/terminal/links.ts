import { useMemo } from 'react'
import type { KubeObject } from '../../engine/api/types.ts'
import { useObjects } from '../../playback/hooks.ts'
import { useKeptList } from '../shared/ui/keptList.ts'

/** What kubectl calls an object, and the key by which it is selected: 'web-1', 'pod/web-1', 'node1'. */
export type Links = ReadonlyMap<string, string>

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
    const key = links.get(text) ?? links.get(text.replace(/\.$/, ''))
    if (key === undefined) continue
    if (match.index > from) pieces.push({ text: line.slice(from, match.index), key: undefined })
    pieces.push({ text, key })
    from = match.index + text.length
  }
  if (from < line.length || pieces.length === 0) pieces.push({ text: line.slice(from), key: undefined })
  return pieces
}

interface Named {
  metadata: { name: string; namespace?: string }
}

/** The objects of the stage, as of the moment on it. A bare name means a pod or a node; others need their type. */
export function linksTo(pods: readonly Named[], nodes: readonly Named[], others: Readonly<Record<string, readonly Named[]>>): Links {
  const links = new Map<string, string>()
  const add = (name: string, key: string): void => {
    if (!links.has(name)) links.set(name, key)
  }
  for (const [type, objects] of Object.entries(others)) {
    const plural = `${type.split('.')[0]}s`
    for (const { metadata } of objects) add(`${type}/${metadata.name}`, `${plural}/${metadata.namespace}/${metadata.name}`)
  }
  for (const { metadata } of pods) {
    const key = `pods/${metadata.namespace}/${metadata.name}`
    add(metadata.name, key)
    add(`pod/${metadata.name}`, key)
    // As events and drain write it.
    add(`${metadata.namespace}/${metadata.name}`, key)
  }
  for (const { metadata } of nodes) {
    add(metadata.name, `nodes/${metadata.name}`)
    add(`node/${metadata.name}`, `nodes/${metadata.name}`)
  }
  return links
}

export function useLinks(): Links {
  const pods = useNamed('pods/')
  const nodes = useNamed('nodes/')
  const deployments = useNamed('deployments/')
  const replicaSets = useNamed('replicasets/')
  const services = useNamed('services/')
  const jobs = useNamed('jobs/')
  return useMemo(
    () => linksTo(pods, nodes, { 'deployment.apps': deployments, 'replicaset.apps': replicaSets, 'service': services, 'job.batch': jobs }),
    [pods, nodes, deployments, replicaSets, services, jobs],
  )
}

/** Other objects only when others are there: what is written to one of them changes no name. */
const useNamed = (prefix: string): readonly Named[] => useKeptList<KubeObject>(useObjects(prefix), sameName)

function sameName(a: KubeObject, b: KubeObject): boolean {
  return a === b || (a.metadata.name === b.metadata.name && a.metadata.namespace === b.metadata.namespace)
}
