import type { LoadRecord } from './api/load.ts'
import { aggregated, findByKindName } from './api/resources.ts'
import { custom } from './api/custom/custom.ts'
import { parseFieldSelector, matchesFields, isFieldSelectorError } from './api/fieldSelector.ts'
import { isSelectorError, matches, parseSelector } from './api/selector.ts'
import { methodNotAllowed, resourceNotFound } from './api/status.ts'
import type { KubeObject } from './api/types.ts'
import type { Request, Response } from './api/request.ts'
import { asAdmin } from './apiserver/authentication.ts'
import { authorityOf } from './apiserver/authorization/authorizer.ts'
import { special } from './apiserver/authorization/special.ts'
import { Gate } from './apiserver/gate.ts'
import { listPrefix, objectKey } from './apiserver/keys.ts'
import { read, refusal, type ObjectReader } from './apiserver/read.ts'
import { isReview } from './apiserver/registry/is-review.ts'
import { requestInfo, type ApiRequest } from './apiserver/request-info.ts'
import { withCustom } from './apiserver/with-custom.ts'
import type { RevisionStore } from './etcd/store.ts'
import { Part } from './part.ts'
import type { logsAt } from './past-logs.ts'

export interface ListOptions {
  namespace?: string
  labelSelector?: string
  fieldSelector?: string
}

/** What lay on one machine: records by key (api/machine.ts). */
export interface MachineView {
  get(key: string): any
  list(prefix: string): any[]
}

/** What containers had written by then: past-logs.ts. */
export const pastLogs = new Part<typeof logsAt>('components')

/** The world as of one revision. Reading it costs what is read; nothing is run again. */
export class View {
  readonly revision: number
  private readonly reader: ObjectReader
  /** Made for the first request. */
  private gate: Gate | undefined
  private readonly machines: ReadonlyMap<string, RevisionStore<any>>
  private readonly outside: RevisionStore<LoadRecord>
  /** Virtual ms of that moment. */
  readonly now: number

  constructor(etcd: RevisionStore<KubeObject>, machines: ReadonlyMap<string, RevisionStore<any>>, outside: RevisionStore<LoadRecord>, revision: number, nowMs: number) {
    this.revision = revision
    this.now = nowMs
    this.machines = machines
    this.outside = outside
    this.reader = {
      revision,
      get: (key) => etcd.getAt(key, revision),
      range: (prefix) => etcd.rangeAt(prefix, revision),
      at: (earlier) => etcd.at(earlier),
    }
  }

  /** `namespace` is 'default' when it is left out and the kind has one. */
  get(kind: string, name: string, namespace = 'default'): KubeObject | undefined {
    const info = findByKindName(kind)
    return info === undefined ? undefined : this.reader.get(objectKey(info, namespace, name))
  }

  /** In the order of namespace and name; of all namespaces when none is given. */
  list(kind: string, options: ListOptions = {}): KubeObject[] {
    const info = findByKindName(kind)
    if (info === undefined) return []
    const objects = this.reader.range(listPrefix(info, options.namespace))
    const labels = parseSelector(options.labelSelector ?? '')
    const fields = parseFieldSelector(options.fieldSelector ?? '')
    if (isSelectorError(labels)) throw new Error(labels.error)
    if (isFieldSelectorError(fields)) throw new Error(fields.error)
    if (labels.requirements.length === 0 && fields.length === 0) return objects
    return objects.filter((object) => matches(labels, object.metadata.labels) && matchesFields(fields, object))
  }

  machine(node: string): MachineView {
    const store = this.machines.get(node)
    return {
      get: (key) => store?.getAt(key, this.revision),
      list: (prefix) => store?.rangeAt(prefix, this.revision) ?? [],
    }
  }

  /** What has become of the requests of a load up to then. */
  load(name: string): LoadRecord | undefined {
    return this.outside.getAt(`loads/${name}`, this.revision)
  }

  /** A read through the front door as it was then, with the rights of then; writes are refused. */
  request(r: Request): Response {
    const request = requestInfo(asAdmin(r))
    const gate = (this.gate ??= new Gate(this.reader, authorityOf(this.reader)))
    const who = gate.identify(request, this.now)
    if (who.refused !== undefined) return refusal(who.refused)
    const may = gate.admit(who.user, request)
    if (may.refused !== undefined) return refusal(may.refused)
    if (isReview(request)) return special.get().review(request, who.user, gate.judges(this.now))
    return this.answer(withCustom(request, this.reader))
  }

  private answer(request: ApiRequest): Response {
    if (request.info === undefined) {
      const well = special.get().health(request, true)
      if (well !== undefined) return well
      const found = special.get().discover(request.path, request.accept === 'discovery', custom.get().allCustom(this.reader))
      return found === undefined ? refusal(resourceNotFound()) : { code: 200, body: found }
    }
    // What others serve behind the API server keeps no past.
    if (aggregated.includes(request.info)) return refusal(resourceNotFound())
    if (request.verb !== 'get' && request.verb !== 'list') return refusal(methodNotAllowed())
    if (request.subresource === 'log') return pastLogs.get()(request, this.reader, (node) => this.machine(node), this.now)
    return read(request, request.info, this.reader, this.now)
  }
}
