import { semanticEqual } from '../../api/equality.ts'
import { withCondition } from '../../api/custom/conditions.ts'
import { goQuote } from '../../api/field.ts'
import { flowControl, mandatory } from '../../api/flowControl.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Call, type Reconciliation } from '../../client/controller.ts'
import { Informer, type InitialObjects } from '../../client/informer.ts'

const group = 'flowcontrol.apiserver.k8s.io'
const flowSchemas = resource('flowschemas', group)
const priorityLevels = resource('prioritylevelconfigurations', group)

const ownKey = ({ kind, metadata }: KubeObject): string => `${kind}/${metadata.name}`

const levelOf = ({ spec }: KubeObject): string => (spec?.priorityLevelConfiguration?.name as string | undefined) ?? ''

/** Virtual ms: the server looks this often whether those that it begins with are as they were. */
const lookPeriodMs = 60_000
const autoUpdate = 'apf.kubernetes.io/autoupdate-spec'
const always = new Set(mandatory)

/**
 * What the API server says of FlowSchemas: whether the level that each names is there (apiserver/pkg/util/flowcontrol apf_controller.go); and those
 * that it begins with, which it makes again (pkg/registry/flowcontrol/ensurer).
 */
export function startFlowControl(options: ComponentOptions, etcd: InitialObjects): void {
  const controller: Controller = new Controller({ ...options, process: 'kube-apiserver' }, 'flowcontrol', 1, (key) => {
    const own = owns.get(key)
    return own === undefined ? sync(schemas.get(undefined, key), controller.now) : { calls: correction(own) }
  })
  const owns = new Map(flowControl.map((object) => [ownKey(object), object]))
  const phaseMs = options.kernel.random('flow control').int(lookPeriodMs)
  const schemas = new Informer<KubeObject>(controller.client, flowSchemas)
  const levels = new Informer<KubeObject>(controller.client, priorityLevels)
  schemas.onChange(({ type, object }) => void (type !== 'delete' && controller.queue.add(object.metadata.name)))
  levels.onChange(({ object }) => {
    for (const schema of schemas.all()) if (levelOf(schema) === object.metadata.name) controller.queue.add(schema.metadata.name)
  })
  for (const informer of [schemas, levels]) informer.onChange(({ object }) => {
    const own = owns.get(ownKey(object))
    if (own !== undefined && correction(own).length > 0) controller.queue.addAfter(ownKey(own), lookPeriodMs - ((controller.now - phaseMs) % lookPeriodMs))
  })
  levels.startWith(etcd.range('prioritylevelconfigurations/'))
  schemas.startWith(etcd.range('flowschemas/'))

  /** Whoever wants to keep changes of his own says so in an annotation; of some nothing is kept. */
  function correction(own: KubeObject): Call[] {
    const { name } = own.metadata
    const [info, all] = own.kind === 'FlowSchema' ? [flowSchemas, schemas] : [priorityLevels, levels]
    const found = all.get(undefined, name)
    const { annotations } = own.metadata
    if (found === undefined) return [{ verb: 'create', info, body: { apiVersion: own.apiVersion, kind: own.kind, metadata: { name, annotations }, spec: own['spec'] }, tolerate: [409] }]
    const said = found.metadata.annotations?.[autoUpdate]
    const isOurs = always.has(own) || said === 'true' || (said !== 'false' && found.metadata.generation === 1)
    const spec = isOurs ? own['spec'] : found['spec']
    if (said === String(isOurs) && semanticEqual(spec, found['spec'])) return []
    const metadata = { ...found.metadata, annotations: { ...found.metadata.annotations, [autoUpdate]: String(isOurs) } }
    return [{ verb: 'update', info, name, body: { ...found, metadata, spec }, tolerate: [404, 409] }]
  }

  function sync(schema: KubeObject | undefined, now: number): Reconciliation {
    if (schema === undefined) return {}
    const level = levelOf(schema)
    const [status, reason, end] = levels.get(undefined, level) === undefined ? (['True', 'NotFound', 'but there is no such object'] as const) : (['False', 'Found', 'and it exists'] as const)
    const told = withCondition(schema, now, 'Dangling', status, reason, `This FlowSchema references the PriorityLevelConfiguration object named ${goQuote(level)} ${end}`)
    if (semanticEqual(told['status'], schema['status'])) return {}
    return { calls: [{ verb: 'update', info: flowSchemas, subresource: 'status', name: schema.metadata.name, body: told, tolerate: [404, 409] }] }
  }
}
