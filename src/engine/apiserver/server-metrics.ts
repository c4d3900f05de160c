import type { CustomResource } from '../api/custom/kind.ts'
import { collectionOf, resources, type ResourceInfo } from '../api/resources.ts'
import type { KubeObject } from '../api/types.ts'
import type { RevisionStore } from '../etcd/store.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Step } from '../kernel/step.ts'
import { serverVersion } from './discovery.ts'
import { apiServerName } from './exchange-steps.ts'
import { listPrefix } from './keys.ts'

type Labels = Readonly<Record<string, string>>

/** As clients of HTTP ask for it (apiserver/pkg/endpoints/metrics canonicalVerb). */
const verbs: Readonly<Record<string, string>> = { create: 'POST', update: 'PUT' }

/**
 * /metrics: the requests that have been answered, as far as the film remembers them, and what lies in etcd
 * (apiserver/pkg/endpoints/metrics, apiserver/pkg/storage/etcd3/metrics).
 */
export function serverMetrics({ trace }: Pick<Kernel, 'trace'>, etcd: RevisionStore<KubeObject>, custom: readonly CustomResource[]): string {
  const infos: readonly ResourceInfo[] = [...resources, ...custom]
  const requests = new Map<string, number>()
  for (const step of trace) {
    const labels = requestLabels(step, infos)
    if (labels !== undefined) requests.set(labels, (requests.get(labels) ?? 0) + 1)
  }
  const stored = infos.filter((info) => info.verbs.includes('list') && infos.find((other) => collectionOf(other) === collectionOf(info)) === info)
  const objects = stored.map((info): [ResourceInfo, number] => [info, etcd.range(listPrefix(info, undefined)).length])
  const { major, minor, gitVersion, gitCommit, gitTreeState, buildDate, goVersion, compiler, platform } = serverVersion
  const build = { build_date: buildDate, compiler, git_commit: gitCommit, git_tree_state: gitTreeState, git_version: gitVersion, go_version: goVersion, major, minor, platform }
  return [
    family('apiserver_request_total', 'counter', '[STABLE] Counter of apiserver requests broken out for each verb, dry run value, group, version, resource, scope, component, and HTTP response code.', [...requests]),
    family('apiserver_resource_objects', 'gauge', '[ALPHA] Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.', objects.map(([{ group, plural }, count]) => [text({ group, resource: plural }), count])),
    family('apiserver_storage_objects', 'gauge', '[STABLE] (Deprecated since 1.34.0) Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.', objects.map(([{ group, plural }, count]) => [text({ resource: group === '' ? plural : `${plural}.${group}` }), count])),
    family('kubernetes_build_info', 'gauge', "[BETA] A metric with a constant '1' value labeled by major, minor, git version, git commit, git tree state, build date, Go version, and compiler from which Kubernetes was built, and platform on which it is running.", [[text(build), 1]]),
  ].join('')
}

/** Of a step by which the server has answered; a path that is no resource is not among them. */
function requestLabels({ kind, from, verb, resource, subresource = '', namespace, name, code }: Step, infos: readonly ResourceInfo[]): string | undefined {
  if (kind !== 'request' || from !== apiServerName || verb === undefined || code === undefined) return undefined
  const info = infos.find(({ plural }) => plural === resource)
  if (info === undefined) return undefined
  const scope = name !== undefined || verb === 'create' ? 'resource' : namespace === undefined ? 'cluster' : 'namespace'
  const { group, version } = info
  return text({ code: String(code), component: 'apiserver', dry_run: '', group, resource: info.plural, scope, subresource, verb: verbs[verb] ?? verb.toUpperCase(), version })
}

const text = (labels: Labels): string => `{${Object.entries(labels).map(([name, value]) => `${name}="${value}"`).join(',')}}`

function family(name: string, type: 'counter' | 'gauge', help: string, values: readonly (readonly [labels: string, value: number])[]): string {
  const lines = values.map(([labels, value]) => `${name}${labels} ${value}\n`).sort()
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`
}
