import { fromBase64 } from '../api/base64.ts'
import { sha256 } from '../api/digest.ts'
import { custom } from '../api/custom/custom.ts'
import type { RegistryKeys } from '../api/registryKeys.ts'
import { collectionOf, resources } from '../api/resources.ts'
import type { KubeObject } from '../api/types.ts'

/** Under which names the API server keeps what has another one in its API (pkg/registry, storage factory's special cases). */
const places: Readonly<Record<string, string>> = {
  services: 'services/specs', endpoints: 'services/endpoints', nodes: 'minions', ingresses: 'ingress', replicationcontrollers: 'controllers',
  customresourcedefinitions: 'apiextensions.k8s.io/customresourcedefinitions', apiservices: 'apiregistration.k8s.io/apiservices',
}

/** All that the API server has stored, under its keys there. */
export function registryKeys(etcd: { revision: number; range: (prefix: string) => KubeObject[] }, prefixOf: (key: string) => string | undefined = () => undefined): RegistryKeys {
  const collections = new Map(resources.map((info) => [collectionOf(info), places[collectionOf(info)] ?? collectionOf(info)]))
  for (const info of custom.get().allCustom(etcd as never)) collections.set(collectionOf(info), `${info.group}/${info.plural}`)
  const keys = [...collections].flatMap(([collection, place]) =>
    etcd.range(`${collection}/`).map((object): [string, string] => {
      const name = [object.metadata.namespace, object.metadata.name].filter(Boolean).join('/')
      const prefix = prefixOf(`${collection}/${name}`)
      return [`/registry/${place}/${name}`, prefix === undefined ? stored(object) : prefix + scrambled(stored(object))]
    }))
  return { revision: etcd.revision, keys: keys.toSorted(([a], [b]) => (a < b ? -1 : 1)) }
}

/** Nobody can read it without the key. */
function scrambled(text: string): string {
  const digest = sha256(text)
  return Array.from({ length: Math.min(text.length, 400) }, (_, i) => String.fromCharCode(161 + ((text.charCodeAt(i) + Number.parseInt(digest.slice(i % 62, (i % 62) + 2), 16)) % 90))).join('')
}

/** In protobuf, of which the texts can be read; a Secret's among them. */
function stored({ apiVersion, kind, ...rest }: KubeObject): string {
  const data = Object.entries((kind === 'Secret' ? rest['data'] : undefined) ?? {}) as [string, string][]
  const shown = data.length === 0 ? JSON.stringify(rest) : [rest.metadata.name, rest.metadata.namespace, ...data.map(([name, value]) => `${name}\x12${fromBase64(value)}`), rest['type']].join('\n')
  return `k8s\0\n\x0f\n\x02${apiVersion}\x12\x06${kind}\x12\n${shown}\x1a\0"\0`
}
