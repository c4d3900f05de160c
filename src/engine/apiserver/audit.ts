import type { Response, UserInfo } from '../api/request.ts'
import { formatMicroTime } from '../api/time.ts'
import type { Status } from '../api/types.ts'
import { firstObject } from '../api/yaml.ts'
import type { Exchange } from './exchange.ts'
import type { ApiRequest } from './request-info.ts'

type Level = 'None' | 'Metadata' | 'Request' | 'RequestResponse'

interface Rule {
  level: Level
  users?: readonly string[]
  userGroups?: readonly string[]
  verbs?: readonly string[]
  resources?: readonly { group?: string; resources?: readonly string[]; resourceNames?: readonly string[] }[]
  namespaces?: readonly string[]
  nonResourceURLs?: readonly string[]
  omitStages?: readonly string[]
}

interface Policy {
  rules: readonly Rule[]
  omitStages: readonly string[]
}

const levels: readonly string[] = ['None', 'Metadata', 'Request', 'RequestResponse']

/** What an audit policy says, or what is wrong with it (apiserver/pkg/audit/policy/reader.go). */
export function readPolicy(text: string, path: string): Policy | { error: string } {
  const failed = (why: string): { error: string } => ({ error: `loading audit policy file: ${why}` })
  const read = firstObject(text) as Record<string, any> | string
  if (typeof read === 'string') return failed(`failed decoding: couldn't get version/kind; json parse error: ${read}: from file ${path}`)
  if (read['apiVersion'] !== 'audit.k8s.io/v1' || read['kind'] !== 'Policy') return failed(`failed decoding: no kind ${JSON.stringify(String(read['kind'] ?? ''))} is registered for version ${JSON.stringify(String(read['apiVersion'] ?? ''))} in scheme "k8s.io/apiserver/pkg/audit/scheme.go": from file ${path}`)
  const rules = (read['rules'] ?? []) as Rule[]
  if (rules.length === 0) return failed(`loaded illegal policy with 0 rules: from file ${path}`)
  const wrong = rules.findIndex(({ level }) => !levels.includes(level))
  if (wrong >= 0) return failed(`rules[${wrong}].level: Unsupported value: ${JSON.stringify(rules[wrong]!.level ?? '')}: supported values: "Metadata", "None", "Request", "RequestResponse"`)
  return { rules, omitStages: (read['omitStages'] ?? []) as string[] }
}

/** Writes down who has asked the API server for what, as far as a policy wants it (apiserver/pkg/audit; the log backend). */
export class Audit {
  private readonly policy: Policy
  private readonly now: () => number
  private readonly uuid: () => string
  private readonly write: (lines: string) => void

  constructor(policy: Policy, o: { now: () => number; uuid: () => string; write: (lines: string) => void }) {
    this.policy = policy
    this.now = o.now
    this.uuid = o.uuid
    this.write = o.write
  }

  note({ request, user, author, name }: Exchange, { code, body }: Response): void {
    const rule = this.policy.rules.find((one) => matches(one, request, user))
    if (rule === undefined || rule.level === 'None') return
    const omitted = [...this.policy.omitStages, ...(rule.omitStages ?? [])]
    const at = formatMicroTime(this.now())
    const { info, namespace, subresource } = request
    const event = {
      kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: rule.level, auditID: this.uuid(), stage: 'ResponseComplete', requestURI: uriOf(request), verb: request.verb,
      user: { username: user.name, groups: user.groups, ...(user.extra === undefined ? {} : { extra: user.extra }) },
      sourceIPs: ['10.99.255.1'], userAgent: `${author.split('/')[0]}/v1.34 (linux/amd64) kubernetes`,
      ...(info === undefined ? {} : { objectRef: { resource: info.plural, ...(namespace === undefined ? {} : { namespace }), ...(name === undefined ? {} : { name }), ...(info.group === '' ? {} : { apiGroup: info.group }), apiVersion: info.version, ...(subresource === undefined ? {} : { subresource }) } }),
      responseStatus: { metadata: {}, ...(code >= 400 && typeof body === 'object' ? { status: 'Failure', message: (body as Status).message, reason: (body as Status).reason } : {}), code },
      ...(rule.level !== 'Metadata' && request.body !== undefined ? { requestObject: request.body } : {}),
      ...(rule.level === 'RequestResponse' && typeof body === 'object' && request.verb !== 'watch' ? { responseObject: body } : {}),
      requestReceivedTimestamp: at, stageTimestamp: at,
      annotations: { 'authorization.k8s.io/decision': code === 403 ? 'forbid' : 'allow', 'authorization.k8s.io/reason': '' },
    }
    const stages = ['RequestReceived', 'ResponseComplete'].filter((stage) => !omitted.includes(stage))
    this.write(stages.map((stage) => `${JSON.stringify(stage === 'RequestReceived' ? withoutAnswer(event) : event)}\n`).join(''))
  }
}

function withoutAnswer({ responseStatus: _, responseObject: __, requestObject: ___, annotations: ____, ...event }: Record<string, unknown>): object {
  return { ...event, stage: 'RequestReceived' }
}

function uriOf({ path, info, namespace, name, subresource, query }: ApiRequest): string {
  const root = info === undefined || info.group === '' ? '/api/v1' : `/apis/${info.group}/${info.version}`
  const own = path !== '' || info === undefined ? path : [root, ...(namespace === undefined ? [] : ['namespaces', namespace]), info.plural, name, subresource].filter(Boolean).join('/')
  const asked = Object.entries(query).map(([key, value]) => `${key}=${encodeURIComponent(value)}`).join('&')
  return asked === '' ? own : `${own}?${asked}`
}

/** apiserver/pkg/audit/policy/checker.go ruleMatches. */
function matches(rule: Rule, request: ApiRequest, user: UserInfo): boolean {
  const has = (list: readonly string[] | undefined, value: string): boolean => list === undefined || list.length === 0 || list.includes(value)
  if (!has(rule.users, user.name) || !has(rule.verbs, request.verb)) return false
  if (rule.userGroups !== undefined && rule.userGroups.length > 0 && !user.groups.some((group) => rule.userGroups!.includes(group))) return false
  const { info } = request
  if (info === undefined) return (rule.resources ?? []).length === 0 && (rule.namespaces ?? []).length === 0 && ((rule.nonResourceURLs ?? []).length === 0 || rule.nonResourceURLs!.some((url) => (url.endsWith('*') ? request.path.startsWith(url.slice(0, -1)) : url === request.path)))
  if ((rule.nonResourceURLs ?? []).length > 0) return false
  if (!has(rule.namespaces, request.namespace ?? '')) return false
  if (rule.resources === undefined || rule.resources.length === 0) return true
  return rule.resources.some(({ group = '', resources = [], resourceNames = [] }) => {
    if (group !== info.group) return false
    if (resources.length === 0) return true
    const asked = request.subresource === undefined ? info.plural : `${info.plural}/${request.subresource}`
    const isOne = resources.some((one) => one === asked || one === '*' || one === `${info.plural}/*` || (request.subresource !== undefined && one === `*/${request.subresource}`))
    return isOne && (resourceNames.length === 0 || resourceNames.includes(request.name ?? ''))
  })
}
