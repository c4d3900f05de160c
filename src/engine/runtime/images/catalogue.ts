import type { CatalogueEntry } from './entry.ts'
import { official } from './official.ts'
import { others } from './others.ts'

export type { CatalogueEntry } from './entry.ts'

/** Other names of the same repository. */
const aliases: readonly [RegExp, string][] = [
  [/^k8s\.gcr\.io\//, 'registry.k8s.io/'],
  [/^(?:us|eu|asia)\.gcr\.io\/k8s-artifacts-prod\//, 'registry.k8s.io/'],
  [/^gcr\.io\/google[-_]containers\//, 'registry.k8s.io/'],
  [/^us-docker\.pkg\.dev\/google-samples\/containers\/gke\//, 'gcr.io/google-samples/'],
  [
    /^(?:public\.ecr\.aws\/docker|mirror\.gcr\.io|registry\.hub\.docker\.com|daocloud\.io|m\.daocloud\.io\/docker\.io|docker\.m\.daocloud\.io|dockerproxy\.com|quay\.io)\/library\//,
    'docker.io/library/',
  ],
  [/^docker\.elastic\.co\/(elasticsearch|kibana|logstash)\//, 'docker.io/library/'],
  [/^quay\.io\/prometheus\//, 'docker.io/prom/'],
  [/^registry\.aliyuncs\.com\/google_containers\//, 'registry.k8s.io/'],
  [/^registry\.cn-[a-z]+\.aliyuncs\.com\/google_containers\//, 'registry.k8s.io/'],
]

/** Under the name it has at its home: k8s.gcr.io/pause is registry.k8s.io/pause. */
export function homeOf(repository: string): string {
  for (const [pattern, home] of aliases) if (pattern.test(repository)) return repository.replace(pattern, home)
  return repository
}

/** What is known of a repository. */
export function catalogueEntry(repository: string): CatalogueEntry | undefined {
  const home = homeOf(repository)
  if (Object.hasOwn(others, home)) return others[home]
  const name = home.startsWith('docker.io/library/') ? home.slice('docker.io/library/'.length) : undefined
  return name !== undefined && Object.hasOwn(official, name) ? official[name] : undefined
}

export const officialNames: readonly string[] = Object.keys(official)
