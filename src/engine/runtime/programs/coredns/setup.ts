import { clusterDnsAddress } from '../../../api/cluster-domain.ts'
import type { Corefile, Directive } from './corefile.ts'

const properties: Readonly<Record<string, ReadonlySet<string>>> = {
  kubernetes: new Set([
    'endpoint',
    'tls',
    'kubeconfig',
    'namespaces',
    'labels',
    'pods',
    'endpoint_pod_names',
    'ttl',
    'noendpoints',
    'fallthrough',
    'ignore',
    'namespace_labels',
    'multicluster',
    'startup_timeout',
    'apiserver_qps',
    'apiserver_burst',
    'apiserver_max_inflight',
  ]),
  forward: new Set([
    'except',
    'force_tcp',
    'prefer_udp',
    'expire',
    'max_fails',
    'tls',
    'tls_servername',
    'policy',
    'health_check',
    'max_concurrent',
    'next',
    'failfast_all_unhealthy_upstreams',
    'failover',
    'max_idle_conns',
  ]),
  health: new Set(['lameduck']),
}

/** What has an effect here; of the others the log says that they have none. */
const simulated: ReadonlySet<string> = new Set([
  'errors',
  'health',
  'ready',
  'kubernetes',
  'prometheus',
  'forward',
  'cache',
  'loop',
  'reload',
  'loadbalance',
  'log',
  'rewrite',
  'hosts',
  'debug',
  'bufsize',
  'minimal',
  'nsid',
  'cancel',
  'root',
  'metadata',
  'bind',
])

const isAddress = (text: string): boolean => /^(?:(?:dns|tls):\/\/)?\d+\.\d+\.\d+\.\d+(?::\d+)?$/.test(text)

/** Why a server with this file does not start: what one of its plugins says of its lines; undefined: it does. `servers`: those of its resolv.conf. */
export function setupError({ servers }: Corefile, path: string, resolvers: readonly string[]): string | undefined {
  for (const { directives } of servers) {
    const repeated = directives.find(
      ({ name }, i) => name === 'kubernetes' && directives.findIndex((d) => d.name === name) < i,
    )
    if (repeated !== undefined) return `plugin/kubernetes: this plugin can only be used once per Server Block`
    for (const directive of directives) {
      const wrong = wrongWith(directive, (line, what) => `${path}:${line} - Error during parsing: ${what}`)
      if (wrong !== undefined) return `plugin/${directive.name}: ${wrong}`
    }
    const back = directives.some(({ name }) => name === 'loop')
      ? directives.find((directive) => leadsBack(directive, resolvers))
      : undefined
    if (back !== undefined) return loopError
  }
  return undefined
}

function wrongWith(
  { name, args, block, line }: Directive,
  at: (line: number, what: string) => string,
): string | undefined {
  const unknown = block.find((property) => properties[name]?.has(property.name) === false)
  if (unknown !== undefined) return at(unknown.line, `unknown property '${unknown.name}'`)
  if (name === 'forward') {
    if (args.length < 2)
      return at(line, `Wrong argument count or unexpected line ending after '${args.at(-1) ?? name}'`)
    const bad = args.slice(1).find((to) => !isAddress(to) && !to.startsWith('/'))
    if (bad !== undefined) return `not an IP address or file: ${JSON.stringify(bad)}`
  }
  if (name === 'rewrite' && args.length < 2)
    return at(line, `Wrong argument count or unexpected line ending after '${args.at(-1) ?? name}'`)
  return undefined
}

/** A question that it passes on comes back to it. */
function leadsBack({ name, args }: Directive, resolvers: readonly string[]): boolean {
  if (name !== 'forward') return false
  const addresses = args.slice(1).flatMap((to) => (to.startsWith('/') ? resolvers : [to]))
  return addresses.some(
    (address) => /^(dns:\/\/)?127\./.test(address) || address.replace(/:53$/, '') === clusterDnsAddress,
  )
}

const loopError =
  '[FATAL] plugin/loop: Loop (127.0.0.1:40127 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 4547991504243258144.3688648895315093531."'

/** Plugins of the file that have no effect here. */
export function unsimulated({ servers }: Corefile): string[] {
  return [...new Set(servers.flatMap(({ directives }) => directives.map(({ name }) => name)))].filter(
    (name) => !simulated.has(name),
  )
}
