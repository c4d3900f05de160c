import { semanticEqual } from '../../api/equality.ts'
import { withCondition } from '../../api/custom/conditions.ts'
import { goQuote } from '../../api/field.ts'
import type { KubeObject } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { Controller, type Reconciliation } from '../../client/controller.ts'
import { Informer, type InitialObjects } from '../../client/informer.ts'

const group = 'flowcontrol.apiserver.k8s.io'
const flowSchemas = resource('flowschemas', group)
const priorityLevels = resource('prioritylevelconfigurations', group)

const levelOf = ({ spec }: KubeObject): string => (spec?.priorityLevelConfiguration?.name as string | undefined) ?? ''

/** What the API server says of FlowSchemas: whether the level that each names is there (apiserver/pkg/util/flowcontrol apf_controller.go). */
export function startFlowControl(options: ComponentOptions, etcd: InitialObjects): void {
  const controller: Controller = new Controller({ ...options, process: 'kube-apiserver' }, 'flowcontrol', 1, (name) => sync(schemas.get(undefined, name), controller.now))
  const schemas = new Informer<KubeObject>(controller.client, flowSchemas)
  const levels = new Informer<KubeObject>(controller.client, priorityLevels)
  schemas.onChange(({ type, object }) => void (type !== 'delete' && controller.queue.add(object.metadata.name)))
  levels.onChange(({ object }) => {
    for (const schema of schemas.all()) if (levelOf(schema) === object.metadata.name) controller.queue.add(schema.metadata.name)
  })
  levels.startWith(etcd.range('prioritylevelconfigurations/'))
  schemas.startWith(etcd.range('flowschemas/'))

  function sync(schema: KubeObject | undefined, now: number): Reconciliation {
    if (schema === undefined) return {}
    const level = levelOf(schema)
    const [status, reason, end] = levels.get(undefined, level) === undefined ? (['True', 'NotFound', 'but there is no such object'] as const) : (['False', 'Found', 'and it exists'] as const)
    const told = withCondition(schema, now, 'Dangling', status, reason, `This FlowSchema references the PriorityLevelConfiguration object named ${goQuote(level)} ${end}`)
    if (semanticEqual(told['status'], schema['status'])) return {}
    return { calls: [{ verb: 'update', info: flowSchemas, subresource: 'status', name: schema.metadata.name, body: told, tolerate: [404, 409] }] }
  }
}
