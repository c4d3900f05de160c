import type { narration } from '../../i18n/en/narration.ts'
import type { Step } from '../../worker/protocol.ts'

/** 'write.bound', 'more.create.store': where a text stands in i18n/<language>/narration.ts. */
type PathsOf<T> = { [K in keyof T & string]: T[K] extends string ? K : `${K}.${PathsOf<T[K]>}` }[keyof T & string]
export type NarrationKey = PathsOf<typeof narration>

export type Param = string | number | Phrase | readonly (string | Phrase)[]

/** A text to be said in the reader's language: lists are joined as that language joins them. */
export interface Phrase {
  readonly key: NarrationKey
  readonly params?: Readonly<Record<string, Param>>
}

export function phrase(key: NarrationKey, params: Readonly<Record<string, Param>> = {}): Phrase {
  return { key, params }
}

/** i18next's `t`, as far as it is needed here. */
export type Translate = (key: string, params: Record<string, string | number>) => string

export function say(t: Translate, { key, params = {} }: Phrase): string {
  const texts = Object.entries(params).map(([name, value]): [string, string | number] => [name, textOf(t, value)])
  return t(`narration:${key}`, Object.fromEntries(texts)).replace(spaceInChinese, '$1')
}

/** Chinese texts leave a space beside what is filled in, for Latin words; between Chinese words it must go. */
const spaceInChinese = /(\p{Script=Han}) (?=\p{Script=Han})/gu

function textOf(t: Translate, value: Param): string | number {
  if (typeof value === 'string' || typeof value === 'number') return value
  if ('key' in value) return say(t, value)
  return value.map((item) => textOf(t, item)).join(say(t, phrase('word.separator')))
}

/** Who a step's `from` or `to` is; `Who` begins a sentence. */
export function who(name: string, kind: 'who' | 'Who' = 'who'): Phrase {
  const [component = '', part = '', object = ''] = name.split('/', 3)
  switch (component) {
    case 'kubectl':
      return phrase(`${kind}.kubectl`)
    case 'user':
      return phrase(`${kind}.person`)
    case 'kube-apiserver':
      return phrase(`${kind}.apiserver`)
    case 'etcd':
      return phrase(`${kind}.etcd`)
    case 'kube-scheduler':
      return phrase(`${kind}.scheduler`)
    case 'kubelet':
      return phrase(`${kind}.kubelet`, { node: part })
    case 'containerd':
      return phrase(`${kind}.runtime`, { node: part })
    case 'kube-proxy':
      return phrase(`${kind}.proxy`, { node: part })
    case 'kube-controller-manager':
      if (part === '') return phrase(`${kind}.controllers`)
      return phrase(`${kind}.controller`, { name: part.replace(/-controller$/, '') })
    case 'cloud-controller-manager':
      return phrase(`${kind}.cloud`)
    case 'registry':
      return phrase(`${kind}.registry`)
    case 'pod':
    case 'service':
      return phrase(`${kind}.object`, { object: `${component}/${object}` })
    case 'address':
      return phrase(`${kind}.address`, { address: part })
    case 'client':
      return phrase(`${kind}.outside`)
    case 'ingress-nginx':
      return phrase(`${kind}.ingress`)
    case 'kindnet':
      return phrase(`${kind}.plugin`)
    case 'coredns':
      return phrase(`${kind}.dns`)
    default:
      return phrase(`${kind}.other`, { name })
  }
}

export const Who = (step: Step): Phrase => who(step.from, 'Who')

/** 'pod/web', 'binding' and the like are about their object: 'deployment/web', 'pods in default', 'all nodes', 'a new pod in default' (generateName). */
export function objectOf({
  resource,
  namespace,
  name,
  verb,
}: Pick<Step, 'resource' | 'namespace' | 'name'> & { verb?: string | undefined }): string | Phrase {
  if (resource === undefined) return phrase('word.anObject')
  // An Event's own name, such as web.1887ca1bedd07b40, tells nobody anything.
  if (name !== undefined && resource === 'events')
    return phrase('word.eventAbout', { name: name.replace(/\.[0-9a-f]+$/, '') })
  if (name !== undefined) return `${singular(resource)}/${name}`
  if (verb === 'create') {
    const one = singular(resource)
    return namespace === undefined
      ? phrase('word.new', { resource: one })
      : phrase('word.newIn', { resource: one, namespace })
  }
  return namespace === undefined ? phrase('word.all', { resource }) : phrase('word.allIn', { resource, namespace })
}

const irregular: Readonly<Record<string, string>> = {
  endpoints: 'endpoints',
  ingresses: 'ingress',
  storageclasses: 'storageclass',
  priorityclasses: 'priorityclass',
  ingressclasses: 'ingressclass',
  runtimeclasses: 'runtimeclass',
  networkpolicies: 'networkpolicy',
  validatingadmissionpolicies: 'validatingadmissionpolicy',
}

export function singular(resource: string): string {
  return irregular[resource] ?? resource.replace(/s$/, '')
}

/** '30 s', '1 min 30 s', '350 ms', in the reader's language. */
export function duration(ms: number): Phrase {
  if (ms % 1000 !== 0 && ms < 1000) return phrase('word.milliseconds', { n: Math.round(ms) })
  const seconds = Math.round(ms / 100) / 10
  if (seconds < 120) return phrase('word.seconds', { n: seconds })
  const [m, s] = [Math.floor(seconds / 60), Math.round(seconds % 60)]
  return s === 0 ? phrase('word.minutes', { n: m }) : phrase('word.minutesSeconds', { m, s })
}

/** '67.3 MB' */
export function bytes(count: number): string {
  if (count < 1e6) return `${Math.round(count / 1e3)} kB`
  return count < 1e9 ? `${Math.round(count / 1e5) / 10} MB` : `${Math.round(count / 1e8) / 10} GB`
}

/** A fact of a step's detail as text; '' when it is not there. */
export function fact(step: Step, name: string): string {
  const value = step.detail?.[name]
  return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
}

export function numberFact(step: Step, name: string): number | undefined {
  const value = step.detail?.[name]
  return typeof value === 'number' ? value : undefined
}
