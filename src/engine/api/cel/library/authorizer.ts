import type { Environment } from '@marcbachmann/cel-js'
import { register } from './register.ts'

/** What an expression asks of its authorizer; `user` when it asks for a service account instead of the one who sent the request. */
export interface Question {
  verb: string
  path?: string
  group?: string
  resource?: string
  subresource?: string
  namespace?: string
  name?: string
  user?: { namespace: string; name: string }
}

export type Ask = (question: Question) => { allowed: boolean; reason: string }

/** Whoever may be asked; each step makes a new one. */
class Check {
  readonly ask: Ask
  readonly about: Omit<Question, 'verb'>

  constructor(ask: Ask, about: Omit<Question, 'verb'>) {
    this.ask = ask
    this.about = about
  }

  check(verb: string): Decision {
    return new Decision(this.ask({ ...this.about, verb }))
  }
}

class PathCheck extends Check {}
class GroupCheck extends Check {}
class ResourceCheck extends Check {}

class Decision {
  readonly answer: { allowed: boolean; reason: string }

  constructor(answer: { allowed: boolean; reason: string }) {
    this.answer = answer
  }
}

interface Asked {
  requestResource: { group: string; resource: string }
  requestSubResource?: string
  namespace?: string
  name: string
}

export class Authorizer extends Map<string, unknown> {
  readonly ask: Ask
  readonly user: Question['user']

  constructor(ask: Ask, { requestResource: { group, resource }, requestSubResource, namespace, name }: Asked, user?: Question['user']) {
    super()
    this.ask = ask
    this.user = user
    this.set('requestResource', new ResourceCheck(ask, { group, resource, subresource: requestSubResource ?? '', namespace: namespace ?? '', name }))
  }
}

/** apiserver/pkg/cel/library/authz.go */
export function registerAuthorizer(environment: Environment): void {
  const of = (name: string): string => `kubernetes.authorization.${name}`
  const [authorizer, path, group, resource, decision] = [of('Authorizer'), of('PathCheck'), of('GroupCheck'), of('ResourceCheck'), of('Decision')]
  for (const [name, ctor] of [[path, PathCheck], [group, GroupCheck], [resource, ResourceCheck], [decision, Decision]] as const) environment.registerType(name, { ctor: ctor as never, fields: {} })
  environment.registerType(authorizer, { ctor: Authorizer as never, fields: { requestResource: resource } as never })
  const more = (add: (value: string) => Omit<Question, 'verb'>) => (check: Check, value: string) => new ResourceCheck(check.ask, { ...check.about, ...add(value) })
  const check = (asked: Check, verb: string): Decision => asked.check(verb)
  register(environment, {
    [`${authorizer}.path(string): ${path}`]: ({ ask, user }: Authorizer, where: string) => new PathCheck(ask, { path: where, ...(user === undefined ? {} : { user }) }),
    [`${authorizer}.group(string): ${group}`]: ({ ask, user }: Authorizer, name: string) => new GroupCheck(ask, { group: name, ...(user === undefined ? {} : { user }) }),
    [`${authorizer}.serviceAccount(string, string): ${authorizer}`]: ({ ask }: Authorizer, namespace: string, name: string) =>
      new Authorizer(ask, { requestResource: { group: '', resource: '' }, name: '' }, { namespace, name }),
    [`${group}.resource(string): ${resource}`]: more((name) => ({ resource: name })),
    [`${resource}.subresource(string): ${resource}`]: more((subresource) => ({ subresource })),
    [`${resource}.namespace(string): ${resource}`]: more((namespace) => ({ namespace })),
    [`${resource}.name(string): ${resource}`]: more((name) => ({ name })),
    [`${path}.check(string): ${decision}`]: check,
    [`${resource}.check(string): ${decision}`]: check,
    [`${decision}.allowed(): bool`]: ({ answer }: Decision) => answer.allowed,
    [`${decision}.reason(): string`]: ({ answer }: Decision) => answer.reason,
    [`${decision}.errored(): bool`]: () => false,
    [`${decision}.error(): string`]: () => '',
  })
}
