import { fromBase64 } from '../../api/base64.ts'
import { jsonOf } from '../../api/json.ts'
import { attempt } from '../filesystem/errno.ts'
import { type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../http.ts'
import { versionOf } from '../images/versions.ts'
import { complain, print } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { connect } from '../tools/http-client.ts'
import { parseOptions } from '../../text/options.ts'
import { pingClient, service } from './databases.ts'
import { ownNamespace } from './in-cluster.ts'
import { ask } from './kubectl.ts'
import type { Answer } from './serve.ts'

/** RabbitMQ: its plugins, who forms a cluster with it, its management API, and rabbitmqctl. Nothing is queued. */

const versionHere = (p: Process): string => versionOf('rabbitmq', p.machine.config.image)

function nodeOf(p: Process): string {
  const named = p.env.get('RABBITMQ_NODENAME') ?? 'rabbit'
  if (named.includes('@')) return named
  const { hostname } = p.machine.config
  const whole = p.machine.files.readText('/etc/hosts')?.split(/\s+/).find((name) => name.startsWith(`${hostname}.`))
  return `${named}@${p.env.get('RABBITMQ_USE_LONGNAME') === 'true' ? (whole ?? hostname) : hostname}`
}

// --- plugins --------------------------------------------------------------------------------------

const pluginsFile = '/etc/rabbitmq/enabled_plugins'
const needs: Readonly<Record<string, readonly string[]>> = {
  rabbitmq_management: ['rabbitmq_management_agent', 'rabbitmq_web_dispatch'],
  rabbitmq_prometheus: ['rabbitmq_management_agent', 'rabbitmq_web_dispatch'],
  rabbitmq_peer_discovery_k8s: ['rabbitmq_peer_discovery_common'],
  rabbitmq_federation_management: ['rabbitmq_federation', 'rabbitmq_management'],
  rabbitmq_shovel_management: ['rabbitmq_shovel', 'rabbitmq_management'],
}
const others = ['rabbitmq_auth_backend_ldap', 'rabbitmq_consistent_hash_exchange', 'rabbitmq_federation', 'rabbitmq_mqtt', 'rabbitmq_shovel', 'rabbitmq_stomp', 'rabbitmq_stream', 'rabbitmq_tracing', 'rabbitmq_web_mqtt', 'rabbitmq_web_stomp']

/** Explicitly; an image that has none of its own has the file of its kind. */
function enabled({ machine: { files, config } }: Process): string[] {
  const text = files.readText(pluginsFile)
  if (text !== undefined) return [...text.matchAll(/\w+/g)].map(([name]) => name)
  const { reference } = config.image
  return [...(/management|bitnami/.test(reference) ? ['rabbitmq_management'] : []), 'rabbitmq_prometheus']
}

const withNeeded = (names: readonly string[]): string[] => [...new Set(names.flatMap((name) => [name, ...withNeeded(needs[name] ?? [])]))].toSorted()

export function* rabbitmqPlugins(p: Process): Run<number> {
  const [action = '', ...names] = p.argv.slice(1).filter((word) => !word.startsWith('-'))
  const node = nodeOf(p)
  const before = enabled(p)
  if (action === 'list') {
    const all = [...new Set([...withNeeded([...Object.keys(needs), ...others]), ...before])].filter((name) => names.length === 0 || names.some((one) => name.includes(one))).toSorted()
    const running = withNeeded(before)
    const rows = all.map((name) => `[${before.includes(name) ? 'E*' : running.includes(name) ? 'e*' : '  '}] ${name.padEnd(Math.max(...all.map((one) => one.length)))} ${versionHere(p)}\n`)
    yield* print(p, `Listing plugins with pattern "${names[0] ?? '.*'}" ...\n Configured: E = explicitly enabled; e = implicitly enabled\n | Status: * = running on ${node}\n |/\n${rows.join('')}`)
    return 0
  }
  if (action !== 'enable' && action !== 'disable') {
    yield* complain(p, `${action}: not simulated`)
    return 1
  }
  const after = action === 'enable' ? [...new Set([...before, ...names])] : before.filter((name) => !names.includes(name))
  const written = attempt(() => p.machine.files.writeText(pluginsFile, `[${after.join(',')}].\n`))
  if (written !== undefined) {
    yield* print(p, `Error:\n{:cannot_write_enabled_plugins_file, ~c"${pluginsFile}", :${written.code.toLowerCase()}}\n`, 2)
    return 78
  }
  const changed = withNeeded(action === 'enable' ? after : before).filter((name) => !withNeeded(action === 'enable' ? before : after).includes(name))
  const what = action === 'enable' ? 'Enabling' : 'Disabling'
  yield* print(p, `${what} plugins on node ${node}:\n${names.join('\n')}\nThe following plugins have been configured:\n${withNeeded(after).map((name) => `  ${name}\n`).join('')}Applying plugin configuration to ${node}...\n${changed.length === 0 ? 'Plugin configuration unchanged.\n' : `The following plugins have been ${action}d:\n${changed.map((name) => `  ${name}\n`).join('')}\n${action === 'enable' ? 'started' : 'stopped'} ${changed.length} plugins.\n`}`)
  return 0
}

// --- what it keeps --------------------------------------------------------------------------------

interface Kept {
  users: Record<string, { password: string; tags: string[] }>
  vhosts: string[]
  policies: { vhost: string; name: string; pattern: string; applyTo: string; definition: string; priority: string }[]
}

/** Bitnami's image keeps it elsewhere. */
const keptFile = (p: Process): string => `${p.machine.files.exists('/bitnami/rabbitmq') ? '/bitnami/rabbitmq' : '/var/lib/rabbitmq'}/mnesia/schema.DAT`

function keptOf(p: Process): Kept {
  const found = p.machine.files.readText(keptFile(p))
  const kept = found === undefined ? undefined : (jsonOf(found) as Kept | undefined)
  const first = p.env.get('RABBITMQ_DEFAULT_USER') ?? p.env.get('RABBITMQ_USERNAME') ?? 'guest'
  const password = p.env.get('RABBITMQ_DEFAULT_PASS') ?? p.env.get('RABBITMQ_PASSWORD') ?? 'guest'
  return kept ?? { users: { [first]: { password, tags: ['administrator'] } }, vhosts: [p.env.get('RABBITMQ_DEFAULT_VHOST') ?? '/'], policies: [] }
}

// --- who forms a cluster with it ------------------------------------------------------------------

function configurationOf({ env, machine: { files } }: Process): Map<string, string> {
  const told = env.get('RABBITMQ_CONFIG_FILE')
  const main = told === undefined ? ['/etc/rabbitmq/rabbitmq.conf'] : [told, `${told}.conf`]
  const more = (files.list('/etc/rabbitmq/conf.d') ?? []).map((name) => `/etc/rabbitmq/conf.d/${name}`)
  return new Map([...main, ...more].flatMap((path) => [...(files.readText(path) ?? '').matchAll(/^\s*([\w.]+)\s*=\s*(.*?)\s*$/gm)].map(([, key, value]) => [key!, value!] as const)))
}

/** The node itself, and whom the configured discovery finds and who answers. */
function* membersOf(p: Process): Run<string[]> {
  const settings = configurationOf(p)
  const own = nodeOf(p)
  const backend = settings.get('cluster_formation.peer_discovery_backend') ?? ''
  const found = new Map<string, string>()
  if (/k8s|kubernetes/.test(backend)) {
    const name = p.env.get('K8S_SERVICE_NAME') ?? settings.get('cluster_formation.k8s.service_name') ?? 'rabbitmq'
    const suffix = p.env.get('K8S_HOSTNAME_SUFFIX') ?? settings.get('cluster_formation.k8s.hostname_suffix') ?? ''
    const { code, body } = yield* ask(p, { verb: 'get', path: `/api/v1/namespaces/${ownNamespace(p, 'default')}/endpoints/${name}` })
    const { subsets = [] } = (code === 200 ? body : {}) as { subsets?: { addresses?: { ip: string; hostname?: string }[] }[] }
    for (const { ip, hostname } of subsets.flatMap(({ addresses = [] }) => addresses)) found.set(`${own.replace(/@.*$/, '')}@${hostname === undefined || settings.get('cluster_formation.k8s.address_type') === 'ip' ? ip : `${hostname}${suffix}`}`, ip)
  } else for (const [key, node] of settings) if (key.startsWith('cluster_formation.classic_config.nodes.')) found.set(node, node.replace(/^.*@/, ''))
  const members = [own]
  for (const [node, host] of found) if (node !== own && !('error' in (yield* connect(p, host, 5672, 1000)))) members.push(node)
  return members.toSorted()
}

// --- the server -----------------------------------------------------------------------------------

const portsOf = (p: Process): number[] => {
  const running = withNeeded(enabled(p))
  return [5672, ...(running.includes('rabbitmq_management') ? [15_672] : []), ...(running.includes('rabbitmq_prometheus') ? [15_692] : [])]
}

export const rabbitmq = service({
  ports: portsOf,
  startMs: 6000,
  memoryMiB: 130,
  stopMs: 1000,
  lines: (p) => {
    const plugins = withNeeded(enabled(p))
    return [`  ##  ##      RabbitMQ ${versionHere(p)}`, `  node           : ${nodeOf(p)}`, ' Starting broker...', ` completed with ${plugins.length} plugins.`, `Server startup complete; ${plugins.length} plugins started.\n${plugins.map((name) => ` * ${name}`).join('\n')}`]
  },
  handle: (p) => (r) => (r.port === 5672 ? { response: { error: 'reset' } } : r.port === 15_672 ? managed(p, r) : r.path.startsWith('/metrics') ? textResponse(200, `# TYPE rabbitmq_identity_info untyped\nrabbitmq_identity_info{rabbitmq_node="${nodeOf(p)}",rabbitmq_cluster="${nodeOf(p)}"} 1\n# TYPE rabbitmq_queues gauge\nrabbitmq_queues 0\n`) : textResponse(404, '')),
})

function managed(p: Process, r: HttpRequest): HttpResponse | Run<Answer> {
  if (!r.path.startsWith('/api/')) return r.path === '/' ? textResponse(200, '<!DOCTYPE html>\n<html>\n<head>\n<title>RabbitMQ Management</title>\n</head>\n<body></body>\n</html>\n', 'text/html') : jsonResponse(404, { error: 'Object Not Found', reason: 'Not Found' })
  const [user = '', password = ''] = (fromBase64(/^Basic (.*)$/.exec(r.headers['authorization'] ?? '')?.[1] ?? '') ?? '').split(':')
  const kept = keptOf(p)
  if (kept.users[user] === undefined || kept.users[user].password !== password) return { status: 401, headers: { 'content-type': 'application/json', 'www-authenticate': 'Basic realm="RabbitMQ Management"' }, body: JSON.stringify({ error: 'not_authorised', reason: user === '' ? 'Not_Authorized' : 'Login failed' }) }
  return told(p, r.path.slice('/api/'.length).replace(/\?.*$/, ''), kept)
}

function* told(p: Process, what: string, kept: Kept): Run<Answer> {
  const node = nodeOf(p)
  const answers: Record<string, (() => object) | undefined> = {
    overview: () => ({ management_version: versionHere(p), rates_mode: 'basic', product_version: versionHere(p), product_name: 'RabbitMQ', rabbitmq_version: versionHere(p), cluster_name: node, erlang_version: '26.2.5', object_totals: { channels: 0, connections: 0, consumers: 0, exchanges: 7, queues: 0 }, node }),
    whoami: () => ({ name: Object.keys(kept.users)[0], tags: ['administrator'] }),
    users: () => Object.entries(kept.users).map(([name, { tags }]) => ({ name, hashing_algorithm: 'rabbit_password_hashing_sha256', tags, limits: {} })),
    vhosts: () => kept.vhosts.map((name) => ({ name, tracing: false })),
    queues: () => [],
    connections: () => [],
    channels: () => [],
    'aliveness-test/%2F': () => ({ status: 'ok' }),
  }
  if (what === 'nodes') return { response: jsonResponse(200, (yield* membersOf(p)).map((name) => ({ name, type: 'disc', running: true, partitions: [], os_pid: '1' }))) }
  const found = Object.hasOwn(answers, what) ? answers[what] : what.startsWith('health/checks/') ? () => ({ status: 'ok' }) : undefined
  return { response: found === undefined ? jsonResponse(404, { error: 'Object Not Found', reason: 'Not Found' }) : jsonResponse(200, found()) }
}

// --- rabbitmqctl ----------------------------------------------------------------------------------

/** rabbitmqctl, rabbitmq-diagnostics. */
export function* rabbitmqTool(p: Process): Run<number> {
  const o = parseOptions(p.argv.slice(1), { short: 'qsn:t:p:l', long: ['node', 'timeout', 'vhost', 'priority', 'apply-to', 'formatter'] })
  const [asked = '', ...words] = o.operands
  const node = nodeOf(p)
  if (asked === 'version') {
    yield* print(p, `${versionHere(p)}\n`)
    return 0
  }
  const up = asked === 'status' ? `Status of node ${node} ...\nRuntime\n\nOS PID: 1\nRabbitMQ version: ${versionHere(p)}\nNode name: ${node}\n` : 'Ping succeeded'
  const down = `Error: unable to perform an operation on node '${node}'. Please see diagnostics information and suggestions below.`
  if (/^(ping|check_\w+|status|await_startup|node_health_check)$/.test(asked)) return yield* pingClient(5672, { up, down, downCode: 69 })(p)
  if ('error' in (yield* connect(p, '127.0.0.1', 5672, 3000))) {
    yield* print(p, `${down}\n`, 2)
    return 69
  }
  const head = (text: string): string => (o.has('q', 'quiet', 's', 'silent') ? '' : `${text}\n`)
  if (asked === 'cluster_status') {
    const members = yield* membersOf(p)
    const all = members.map((name) => `${name}\n`).join('')
    yield* print(p, `${head(`Cluster status of node ${node} ...`)}Basics\n\nCluster name: ${node}\n\nDisk Nodes\n\n${all}\nRunning Nodes\n\n${all}\nVersions\n\n${members.map((name) => `${name}: RabbitMQ ${versionHere(p)} on Erlang 26.2.5\n`).join('')}\nAlarms\n\n(none)\n\nNetwork Partitions\n\n(none)\n\nListeners\n\n${members.map((name) => `Node: ${name}, interface: [::], port: 5672, protocol: amqp, purpose: AMQP 0-9-1 and AMQP 1.0\n`).join('')}`)
    return 0
  }
  const kept = keptOf(p)
  const [first = '', ...rest] = words
  const vhost = o.value('p', 'vhost') ?? '/'
  const stranger = /^(delete_user|change_password|set_user_tags|set_permissions)$/.test(asked) && kept.users[first] === undefined
  if (stranger) {
    yield* print(p, `${head('')}Error:\nUser "${first}" does not exist\n`, 2)
    return 70
  }
  const said = administer(kept, asked, { first, rest, vhost, node, priority: o.value('priority') ?? '0', applyTo: o.value('apply-to') ?? 'all', head })
  if (said === undefined) {
    yield* complain(p, `${asked}: not simulated`)
    return 1
  }
  if (!asked.startsWith('list_')) attempt(() => p.machine.files.writeText(keptFile(p), JSON.stringify(kept)))
  yield* print(p, said)
  return 0
}

interface Wish {
  first: string
  rest: readonly string[]
  vhost: string
  node: string
  priority: string
  applyTo: string
  head: (text: string) => string
}

/** What is done and said (rabbitmq-server deps/rabbitmq_cli lib/rabbitmq/cli/ctl/commands). */
function administer(kept: Kept, asked: string, { first, rest, vhost, node, priority, applyTo, head }: Wish): string | undefined {
  const user = kept.users[first]
  switch (asked) {
    case 'add_user':
      kept.users[first] = { password: rest[0] ?? '', tags: [] }
      return `${head(`Adding user "${first}" ...`)}Done. Don't forget to grant the user permissions to some virtual hosts! See 'rabbitmqctl help set_permissions' to learn more.\n`
    case 'delete_user':
      delete kept.users[first]
      return head(`Deleting user "${first}" ...`)
    case 'change_password':
      user!.password = rest[0] ?? ''
      return head(`Changing password for user "${first}" ...`)
    case 'set_user_tags':
      user!.tags = [...rest]
      return head(`Setting tags for user "${first}" to [${rest.join(', ')}] ...`)
    case 'set_permissions':
      return head(`Setting permissions for user "${first}" in vhost "${vhost}" ...`)
    case 'list_users':
      return `${head('Listing users ...')}user\ttags\n${Object.entries(kept.users).map(([name, { tags }]) => `${name}\t[${tags.join(', ')}]\n`).join('')}`
    case 'add_vhost':
      kept.vhosts.push(first)
      return head(`Adding vhost "${first}" ...`)
    case 'delete_vhost':
      kept.vhosts = kept.vhosts.filter((name) => name !== first)
      return head(`Deleting vhost "${first}" ...`)
    case 'list_vhosts':
      return `${head('Listing vhosts ...')}name\n${kept.vhosts.map((name) => `${name}\n`).join('')}`
    case 'list_queues':
      return head(`Timeout: 60.0 seconds ...\nListing queues for vhost ${vhost} ...`)
    case 'set_policy': {
      const [pattern = '', definition = ''] = rest
      kept.policies = [...kept.policies.filter(({ name }) => name !== first), { vhost, name: first, pattern, applyTo, definition, priority }]
      return head(`Setting policy "${first}" for pattern "${pattern}" to "${definition}" with priority "${priority}" for vhost "${vhost}" ...`)
    }
    case 'clear_policy':
      kept.policies = kept.policies.filter(({ name }) => name !== first)
      return head(`Clearing policy "${first}" on vhost "${vhost}" ...`)
    case 'list_policies':
      return `${head(`Listing policies for vhost "${vhost}" ...`)}${kept.policies.length === 0 ? '' : `vhost\tname\tpattern\tapply-to\tdefinition\tpriority\n${kept.policies.map((one) => `${[one.vhost, one.name, one.pattern, one.applyTo, one.definition, one.priority].join('\t')}\n`).join('')}`}`
    case 'enable_feature_flag':
      return head(`Enabling feature flag ${first} ...`)
    case 'stop_app':
      return head(`Stopping rabbit application on node ${node} ...`)
    case 'start_app':
      return head(`Starting node ${node} ...`)
    case 'reset':
      return head(`Resetting node ${node} ...`)
    case 'join_cluster':
      return head(`Clustering node ${node} with ${first}`)
    default:
      return undefined
  }
}
