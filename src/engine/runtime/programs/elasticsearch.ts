import { jsonOf } from '../../api/json.ts'
import { type HttpRequest, type HttpResponse, jsonResponse, textResponse } from '../http.ts'
import { aligned } from '../../text/columns.ts'
import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'
import { formatTime } from '../tools/calendar.ts'
import { cannotListen, listenOn, serve, stopsOn } from './serve.ts'

const MIB = 1024 ** 2

/** Elasticsearch: documents in indices, as people try it out over REST (elastic/elasticsearch rest-api-spec); those of one node. */
export function* elasticsearch(p: Process): Run<number> {
  if (yield* refuses(p)) return 78
  const stopped = stopsOn(p, ['TERM', 'INT', 'QUIT'], 143)
  for (const text of ['initializing ...', 'started']) {
    yield* print(p, `[${formatTime('%FT%T', p.machine.now())},000][INFO ][o.e.n.Node               ] [${nameOf(p)}] ${text}\n`)
    yield* sleep(p, 7500, true)
    if (stopped() !== undefined) return 143
  }
  p.machine.setMemory(p, 1300 * MIB)
  const listeners = yield* listenOn(p, [9200, 9300], cannotListen)
  if (listeners === undefined) return 1
  const indices = new Indices(p)
  const code = yield* serve(p, { listeners, stopped, handle: (r) => indices.answer(r) })
  yield* sleep(p, 1500)
  return code
}

/** Version 7 on an address that others reach checks first that it knows its cluster (BootstrapChecks); later versions set themselves up. */
function* refuses(p: Process): Run<boolean> {
  const known = ['discovery.type', 'discovery.seed_hosts', 'discovery.seed_providers', 'cluster.initial_master_nodes'].some((name) => (p.env.get(name) ?? '') !== '')
  if (known || !/:7[.\d]*/.test(p.machine.config.image.reference)) return false
  yield* sleep(p, 12_000)
  yield* print(p, 'ERROR: [1] bootstrap checks failed. You must address the points described in the following [1] lines before starting Elasticsearch.\nbootstrap check failure [1] of [1]: the default discovery settings are unsuitable for production use; at least one of [discovery.seed_hosts, discovery.seed_providers, cluster.initial_master_nodes] must be configured\n')
  return true
}

const nameOf = (p: Process): string => p.env.get('node.name') ?? p.machine.config.hostname

class Indices {
  private readonly p: Process
  private readonly all = new Map<string, Map<string, object>>()
  private sequence = 0

  constructor(p: Process) {
    this.p = p
  }

  answer(r: HttpRequest): HttpResponse {
    const [path = '', query = ''] = r.path.split('?')
    const parts = path.split('/').filter((part) => part !== '')
    const isPretty = /(^|&)pretty(=true)?(&|$)/.test(query)
    const json = (status: number, body: object): HttpResponse => (isPretty || path === '/' ? textResponse(status, `${JSON.stringify(body, undefined, 2)}\n`, 'application/json') : jsonResponse(status, body))
    if (parts.length === 0) return json(200, this.self())
    if (parts[0] === '_cluster' && parts[1] === 'health') return json(200, this.health())
    if (parts[0] === '_cat') return textResponse(200, this.cat(parts[1] ?? '', /(^|&)v(=true)?(&|$)/.test(query)))
    if (parts[0]!.startsWith('_') && parts[0] !== '_search') return json(200, {})
    return this.document(r, parts, json)
  }

  private self(): object {
    const number = /:(\d+\.\d+\.\d+)/.exec(this.p.machine.config.image.reference)?.[1] ?? '9.2.0'
    return { name: nameOf(this.p), cluster_name: this.cluster(), cluster_uuid: 'tVLnNrGhRLq5IUp4hlbgpw', version: { number, build_flavor: 'default', build_type: 'docker' }, tagline: 'You Know, for Search' }
  }

  private cluster = (): string => this.p.env.get('cluster.name') ?? 'docker-cluster'

  private health(): object {
    const shards = this.all.size
    return { cluster_name: this.cluster(), status: shards === 0 ? 'green' : 'yellow', timed_out: false, number_of_nodes: 1, number_of_data_nodes: 1, active_primary_shards: shards, active_shards: shards, relocating_shards: 0, initializing_shards: 0, unassigned_shards: shards }
  }

  private cat(what: string, hasTitles: boolean): string {
    const rows = what === 'indices' ? [...this.all].map(([name, documents]) => ['yellow', 'open', name, 'aB3dE5fG7hI9jK1lM2nO4p', '1', '1', String(documents.size), '0', '4.5kb', '4.5kb'])
      : what === 'nodes' ? [[this.p.machine.config.ip(), '42', '96', '3', '0.12', '0.20', '0.18', 'cdfhilmrstw', '*', nameOf(this.p)]]
      : what === 'health' ? [[String(Math.floor(this.p.machine.now() / 1000)), formatTime('%T', this.p.machine.now()), this.cluster(), this.all.size === 0 ? 'green' : 'yellow', '1', '1']] : []
    const titles: Readonly<Record<string, string>> = { indices: 'health status index uuid pri rep docs.count docs.deleted store.size pri.store.size', nodes: 'ip heap.percent ram.percent cpu load_1m load_5m load_15m node.role master name', health: 'epoch timestamp cluster status node.total node.data' }
    const table = [...(hasTitles && titles[what] !== undefined ? [titles[what].split(' ')] : []), ...rows]
    return aligned(table, ' ').map((row) => `${row.trimEnd()}\n`).join('')
  }

  private document({ method, body }: HttpRequest, [index = '', what = '', id]: readonly string[], json: (status: number, body: object) => HttpResponse): HttpResponse {
    const isAll = index === '_search' || index === '_all' || index === '*'
    const found = this.all.get(index)
    const head = { _index: index, _id: id }
    if (['PUT', 'POST'].includes(method) && /^(_doc|_create)$/.test(what)) {
      const documents = found ?? new Map<string, object>()
      this.all.set(index, documents)
      const key = id ?? `doc-${++this.sequence}`
      const isNew = !documents.has(key)
      documents.set(key, (jsonOf(body) ?? {}) as object)
      return json(isNew ? 201 : 200, { _index: index, _id: key, _version: 1, result: isNew ? 'created' : 'updated', _shards: { total: 2, successful: 1, failed: 0 } })
    }
    if (method === 'PUT' && what === '') {
      this.all.set(index, found ?? new Map())
      return json(200, { acknowledged: true, shards_acknowledged: true, index })
    }
    if (found === undefined && !isAll) return json(404, { error: { root_cause: [{ type: 'index_not_found_exception', reason: `no such index [${index}]`, index }], type: 'index_not_found_exception', reason: `no such index [${index}]`, index }, status: 404 })
    if (method === 'DELETE' && what === '') {
      this.all.delete(index)
      return json(200, { acknowledged: true })
    }
    if (what === '_doc' && id !== undefined) {
      const source = found?.get(id)
      if (method === 'DELETE') found?.delete(id)
      return source === undefined ? json(404, { ...head, found: false }) : json(200, method === 'DELETE' ? { ...head, _version: 2, result: 'deleted' } : { ...head, _version: 1, found: true, _source: source })
    }
    const hits = [...this.all].filter(([name]) => isAll || name === index).flatMap(([name, documents]) => [...documents].map(([key, source]) => ({ _index: name, _id: key, _score: 1, _source: source })))
    if (what === '_count') return json(200, { count: hits.length, _shards: { total: 1, successful: 1, skipped: 0, failed: 0 } })
    return json(200, { took: 3, timed_out: false, _shards: { total: 1, successful: 1, skipped: 0, failed: 0 }, hits: { total: { value: hits.length, relation: 'eq' }, max_score: hits.length === 0 ? null : 1, hits: hits.slice(0, 10) } })
  }
}
