import { toBase64 } from '../../engine/api/base64.ts'
import { hashed } from '../commands/create/contentHash.ts'
import { splitLiteral } from '../commands/create/data.ts'
import { CommandError } from '../errors.ts'
import { during } from './during.ts'
import type { Fields } from './resource.ts'
import { type Generator, type GeneratorOptions, joined } from './kustomization.ts'

/** A ConfigMap or a Secret of files, literals and lines of environment files (kustomize api/internal/generators). */
export function generated(kind: 'ConfigMap' | 'Secret', generator: Generator, options: GeneratorOptions, read: (path: string) => string, directory: string): Fields {
  if (!generator.name) throw new CommandError('a configmap must have a name')
  const data: Record<string, string> = {}
  const put = (key: string, value: string): void => {
    if (Object.hasOwn(data, key)) throw new CommandError(`configmap ${generator.name} illegally repeats the key \`${key}\``)
    data[key] = kind === 'Secret' ? toBase64(value) : value
  }
  for (const path of [...(generator.envs ?? []), ...(generator.env === undefined ? [] : [generator.env])]) {
    for (const line of during(`loading KV pairs: env source files: ${goList(generator.envs ?? [path])}`, () => read(joined(directory, path))).split('\n').map((one) => one.trim())) {
      if (line === '' || line.startsWith('#')) continue
      const at = line.indexOf('=')
      put(at < 0 ? line : line.slice(0, at), at < 0 ? '' : line.slice(at + 1))
    }
  }
  for (const entry of generator.files ?? []) {
    const at = entry.indexOf('=')
    const path = entry.slice(at + 1)
    put(at < 0 ? path.slice(path.lastIndexOf('/') + 1) : entry.slice(0, at), during(`loading KV pairs: file sources: ${goList(generator.files!)}`, () => read(joined(directory, path))))
  }
  for (const literal of generator.literals ?? []) {
    const [key, value] = during(`loading KV pairs: literal sources ${goList(generator.literals!)}`, () => splitLiteral(literal))
    put(key, value.replace(/^(['"])([\s\S]*)\1$/, '$2'))
  }
  const labels = { ...options.labels, ...generator.options?.labels }
  const annotations = { ...options.annotations, ...generator.options?.annotations }
  const immutable = generator.options?.immutable ?? options.immutable
  return {
    apiVersion: 'v1',
    ...(Object.keys(data).length === 0 ? {} : { data }),
    ...(immutable === true ? { immutable } : {}),
    kind,
    metadata: {
      name: generator.name,
      ...(generator.namespace === undefined ? {} : { namespace: generator.namespace }),
      ...(Object.keys(labels).length === 0 ? {} : { labels }),
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    ...(kind === 'Secret' ? { type: generator.type ?? 'Opaque' } : {}),
  }
}

const goList = (texts: readonly string[]): string => `[${texts.join(' ')}]`

/** As Go prints a map; nothing is an empty text there. */
const sorted = (data: Record<string, string> | undefined): unknown => (data === undefined ? '' : Object.fromEntries(Object.entries(data).toSorted(([a], [b]) => (a < b ? -1 : 1))))

/** The end of a generated name. kustomize looks for a field called "metadata/name" (api/hasher getNodeValues), which there is not: the name does not count. */
export function hashOf({ kind, type, data, binaryData }: Fields): string {
  const content = kind === 'Secret' ? { data: sorted(data), kind, name: '', type: type ?? '' } : { ...(binaryData === undefined ? {} : { binaryData }), data: sorted(data), kind, name: '' }
  return hashed(content)
}
