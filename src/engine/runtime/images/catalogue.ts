import type { CatalogueEntry } from './entry.ts'
import { official } from './official.ts'
import { demos } from './demos.ts'
import { others } from './others.ts'

export type { CatalogueEntry } from './entry.ts'

/** Other names of the same repository. */
const aliases: readonly [RegExp, string][] = [
  [/^registry-1\.docker\.io\//, 'docker.io/'],
  // Mirrors keep the whole name behind their own.
  [/^swr\.cn-[a-z0-9-]+\.myhuaweicloud\.com\/ddn-k8s\/(?=[^/]+\.[a-z]+\/)/, ''],
  [/^m\.daocloud\.io\/(?=[^/]+\.[a-z]+\/)/, ''],
  [/^(?:docker\.m\.daocloud\.io|daocloud\.io|dockerproxy\.com)\//, 'docker.io/'],
  [/^k8s\.m\.daocloud\.io\//, 'registry.k8s.io/'],
  [/^docker\.io\/bitnamilegacy\/(?!kubectl$)/, 'docker.io/bitnami/'],
  [/^(?:mcr\.microsoft\.com\/oss|public\.ecr\.aws)\/bitnami\//, 'docker.io/bitnami/'],
  [/^(?:mcr\.microsoft\.com\/oss|public\.ecr\.aws)\/nginx\/nginx$/, 'docker.io/library/nginx'],
  // Whoever mirrors the official images calls them so.
  [/^.*\/library\/([^/]+)$/, 'docker.io/library/$1'],
  [/^k8s\.gcr\.io\//, 'registry.k8s.io/'],
  [/^(?:us|eu|asia)\.gcr\.io\/k8s-artifacts-prod\//, 'registry.k8s.io/'],
  [/^gcr\.io\/google[-_]containers\//, 'registry.k8s.io/'],
  [/^gcr\.io\/google_samples\//, 'gcr.io/google-samples/'],
  [/^us-docker\.pkg\.dev\/google-samples\/containers\/gke\//, 'gcr.io/google-samples/'],
  [/^docker\.elastic\.co\/(elasticsearch|kibana|logstash)\//, 'docker.io/library/'],
  [/^quay\.io\/prometheus\//, 'docker.io/prom/'],
  [/^docker\.io\/metallb\//, 'quay.io/metallb/'],
  [/^registry\.aliyuncs\.com\/google_containers\//, 'registry.k8s.io/'],
  [/^registry\.cn-[a-z]+\.aliyuncs\.com\/google_containers\//, 'registry.k8s.io/'],
]

/** Under the name it has at its home: k8s.gcr.io/pause is registry.k8s.io/pause. */
export function homeOf(repository: string): string {
  let name = repository
  for (const [pattern, home] of aliases) name = name.replace(pattern, home)
  return name
}

/** What is known of a repository. */
export function catalogueEntry(repository: string): CatalogueEntry | undefined {
  const home = homeOf(repository)
  if (Object.hasOwn(others, home)) return others[home]
  if (Object.hasOwn(demos, home)) return demos[home]
  const name = home.startsWith('docker.io/library/') ? home.slice('docker.io/library/'.length) : undefined
  return name !== undefined && Object.hasOwn(official, name) ? official[name] : undefined
}

export const officialNames: readonly string[] = Object.keys(official)
