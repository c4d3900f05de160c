import { isDNS1123Subdomain, isValidPortName } from '../../../engine/api/names.ts'
import type { Command } from '../../command.ts'
import type { FlagSpec } from '../../commandLine/flags.ts'
import { CommandError } from '../../errors.ts'
import { generator, given, type Made } from './generating.ts'

const tcpFlag: FlagSpec = { name: 'tcp', type: 'strings', usage: 'Ports: port or port:targetPort.' }

function service(type: string, summary: string, flags: readonly FlagSpec[], change: (spec: Record<string, unknown>, value: (flag: string) => string) => Record<string, unknown>): Command {
  const word = type.toLowerCase()
  return generator({
    name: word,
    usage: `service ${word} NAME [--tcp=<port>:<targetPort>] [--dry-run=server|client|none]`,
    summary,
    flags: [...flags, tcpFlag],
    resource: ['', 'v1', 'services'],
    failure: `failed to create ${type} service: `,
    *make({ flags: given_ }, name) {
      const words = given_.list('tcp')
      const headless = type === 'ClusterIP' && given_.string('clusterip') === 'None'
      if (words.length === 0 && !headless && type !== 'ExternalName') throw new CommandError('at least one tcp port specifier must be provided')
      const ports = words.map(portOf)
      const spec = given({ ports: ports.length > 0 ? ports : undefined, selector: { app: name }, clusterIP: undefined, type })
      return {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, labels: { app: name } },
        spec: change(spec, (flag) => given_.string(flag)),
        status: { loadBalancer: {} },
      }
    },
  })
}

/** "80", "80:8080", "80:http" */
function portOf(text: string): Record<string, unknown> {
  const [portText = '', targetText] = text.split(':')
  if (!/^\d+$/.test(portText)) throw new CommandError(`strconv.ParseUint: parsing ${JSON.stringify(portText)}: invalid syntax`)
  const port = Number(portText)
  if (port > 65535) throw new CommandError(`strconv.ParseUint: parsing ${JSON.stringify(portText)}: value out of range`)
  let targetPort: number | string = port
  if (targetText !== undefined && /^\d+$/.test(targetText)) targetPort = Number(targetText)
  else if (targetText !== undefined) {
    const problems = isValidPortName(targetText)
    if (problems.length > 0) throw new CommandError(problems.join(','))
    targetPort = targetText
  }
  return { name: text.replaceAll(':', '-'), protocol: 'TCP', port, targetPort }
}

const withoutUndefined = (spec: Record<string, unknown>): Record<string, unknown> => given(spec)

export const createService: Command = {
  name: 'service',
  aliases: ['svc'],
  usage: 'create service [flags] [options]',
  summary: 'Create a service using a specified subcommand',
  flags: [],
  commands: [
    service('ClusterIP', 'Create a ClusterIP service', [{ name: 'clusterip', type: 'string', usage: "An address of one's own, or None." }],
      ({ ports, selector, type }, value) => withoutUndefined({ ports, selector, clusterIP: value('clusterip') || undefined, type })),
    service('ExternalName', 'Create an ExternalName service', [{ name: 'external-name', type: 'string', required: true, usage: 'The name outside.' }],
      (spec, value) => ({ ...spec, externalName: externalName(value('external-name')) })),
    service('LoadBalancer', 'Create a LoadBalancer service', [], (spec) => spec),
    service('NodePort', 'Create a NodePort service', [{ name: 'node-port', type: 'int', usage: 'The port on each node.' }], withNodePort),
  ],
}

function withNodePort(spec: Record<string, unknown>, value: (flag: string) => string): Record<string, unknown> {
  const nodePort = Number(value('node-port') || 0)
  const ports = spec['ports'] as Record<string, unknown>[] | undefined
  return nodePort === 0 ? spec : { ...spec, ports: ports?.map((port) => ({ ...port, nodePort })) }
}

export const createIngress = generator({
  name: 'ingress',
  aliases: ['ing'],
  usage: 'ingress NAME --rule=host/path=service:port[,tls[=secret]]',
  summary: 'Create an ingress with the specified name',
  flags: [
    { name: 'annotation', type: 'stringArray', usage: 'key=value' },
    { name: 'class', type: 'string', usage: 'The ingress class.' },
    { name: 'default-backend', type: 'string', usage: 'Where everything else goes: service:port.' },
    { name: 'rule', type: 'stringArray', usage: 'host/path=service:port[,tls=secretname]; a "*" at the end matches by prefix.' },
  ],
  resource: ['networking.k8s.io', 'v1', 'ingresses'],
  failure: 'failed to create ingress: ',
  *make({ flags }, name) {
    const rules = flags.list('rule')
    const fallback = flags.string('default-backend')
    if (rules.length === 0 && fallback === '') {
      throw new CommandError('not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)')
    }
    const wrong = rules.find((rule) => !rulePattern.test(rule))
    if (wrong !== undefined) throw new CommandError(`rule ${wrong} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`)
    if (fallback !== '' && fallback.split(':').length !== 2) throw new CommandError('default-backend should be in format servicename:serviceport')
    const annotations = Object.fromEntries(flags.list('annotation').map(annotationOf))
    const parsed = rules.map(parseRule)
    const spec = given({
      ingressClassName: flags.string('class') || undefined,
      defaultBackend: fallback === '' ? undefined : backendOf(fallback),
      tls: tlsOf(parsed),
      rules: rulesOf(parsed),
    })
    const metadata = given({ name, annotations: Object.keys(annotations).length > 0 ? annotations : undefined })
    return { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec, status: { loadBalancer: {} } } as Made
  },
})

function annotationOf(text: string): [key: string, value: string] {
  const equals = text.indexOf('=')
  if (equals < 0) throw new CommandError(`annotation ${text} is invalid and should be in format key=[value]`)
  return [text.slice(0, equals), text.slice(equals + 1)]
}

/** How a rule begins; what follows is taken as it comes. */
const rulePattern = /^[\w*.-]*\/[^=]*=[\w-]+:[\w-]+/

interface Rule {
  host: string
  path: string
  backend: string
  /** Undefined without TLS; '' for the default certificate. */
  secret: string | undefined
}

function parseRule(text: string): Rule {
  const slash = text.indexOf('/')
  const [path = '', backend = ''] = text.slice(slash).split('=')
  const [, tls = '', ...more] = text.split(',')
  const isSecure = text.includes(',') && more.length === 0
  return { host: text.slice(0, slash), path, backend: backend.split(',')[0]!, secret: isSecure ? (tls.split('=')[1] ?? '') : undefined }
}

function backendOf(text: string): unknown {
  const [name = '', port = ''] = text.split(':')
  return { service: { name, port: /^\d+$/.test(port) ? { number: Number(port) } : given({ name: port || undefined }) } }
}

function rulesOf(rules: readonly Rule[]): unknown {
  const hosts = [...new Set(rules.map((rule) => rule.host))]
  const list = hosts.map((host) => given({
    host: host === '' ? undefined : host,
    http: {
      paths: rules.filter((rule) => rule.host === host).map(({ path, backend }) => ({
        path: path.replace(/\*$/, ''), pathType: path.endsWith('*') ? 'Prefix' : 'Exact', backend: backendOf(backend),
      })),
    },
  }))
  return list.length > 0 ? list : undefined
}

function tlsOf(rules: readonly Rule[]): unknown {
  const list = rules.filter((rule) => rule.secret !== undefined)
  const secrets = [...new Set(list.map((rule) => rule.secret!))]
  const tls = secrets.map((secretName) => {
    const hosts = [...new Set(list.filter((rule) => rule.secret === secretName && rule.host !== '').map((rule) => rule.host))]
    return given({ hosts: hosts.length > 0 ? hosts : undefined, secretName: secretName === '' ? undefined : secretName })
  })
  return tls.length > 0 ? tls : undefined
}


function externalName(name: string): string {
  if (isDNS1123Subdomain(name).length > 0) throw new CommandError(`invalid service external name ${name}`)
  return name
}
