import { isQuantityError, parseQuantity } from '../../engine/api/quantity.ts'
import { apiVersionOf, findResource, type ResourceInfo } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { dryRunFlag, fieldManagerFlag, filenameFlags, type Command } from '../command.ts'
import { dryRunOf, withDryRun, writeQuery } from '../dryRun.ts'
import { CommandError } from '../errors.ts'
import { pathOf } from '../paths.ts'
import { outputFlags, printerFor } from '../printing/output.ts'
import { configured, recordFlag } from '../recording.ts'
import { out, send, type Session, type Task } from '../session.ts'
import type { Target } from '../fileTargets.ts'
import { findTargets } from '../targets.ts'
import { visitTargets } from '../visiting.ts'
import { given, inOrder } from './create/generating.ts'

export const autoscale: Command = {
  name: 'autoscale',
  usage: 'autoscale (-f FILENAME | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY] [options]',
  summary: 'Auto-scale a deployment, replica set, stateful set, or replication controller',
  flags: [
    { name: 'cpu', type: 'string', usage: 'CPU to aim at: a percentage of the requests or a quantity.' },
    {
      name: 'cpu-percent', type: 'int32', default: '-1', usage: 'CPU to aim at, in percent of the requests.',
      deprecated: "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
    },
    dryRunFlag,
    fieldManagerFlag('kubectl-autoscale'),
    ...filenameFlags,
    { name: 'max', type: 'int32', default: '-1', required: true, usage: 'At most so many pods.' },
    { name: 'memory', type: 'string', usage: 'Memory to aim at: a percentage of the requests or a quantity.' },
    { name: 'min', type: 'int32', default: '-1', usage: 'At least so many pods.' },
    { name: 'name', type: 'string', usage: 'Name of the autoscaler.' },
    ...outputFlags,
    recordFlag,
    { name: 'save-config', type: 'bool', usage: 'Keep the configuration in an annotation, for apply.' },
  ],
  run,
}

const autoscalers = findResource('autoscaling', 'v2', 'horizontalpodautoscalers')!

function* run(session: Session): Task<void> {
  const { flags, args } = session
  const dryRun = yield* dryRunOf(session)
  const [min, max] = [flags.number('min'), flags.number('max')]
  if (max < 1) throw new CommandError(`--max=MAXPODS is required and must be at least 1, max: ${max}`)
  if (max < min) throw new CommandError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`)
  if (flags.number('cpu-percent') > 0 && flags.string('cpu') !== '') throw new CommandError('--cpu-percent and --cpu are mutually exclusive')
  const metrics = metricsOf(session)
  const print = printerFor(session, withDryRun(dryRun === 'client' ? 'created' : 'autoscaled', dryRun))
  const found = yield* findTargets(session, { args, filenames: flags.list('filename'), recursive: flags.bool('recursive') })
  const count = yield* visitTargets(session, found, function* (target) {
    const object = autoscalerFor(session, target, metrics)
    if (dryRun === 'client') return yield* out(print(flags.string('output') === 'json' ? inOrder(object) : object))
    const body = configured(session, object)
    const response = yield* send(session, { verb: 'create', path: pathOf(autoscalers, target.namespace), query: writeQuery(session, dryRun), body })
    yield* out(print(response.body))
  }, { asWritten: true })
  if (count === 0) throw new CommandError('no objects passed to autoscale')
}

function autoscalerFor(session: Session, { resource, name, namespace }: Target, metrics: unknown[]): KubeObject {
  if (!resource.subresources.includes('scale')) {
    throw new CommandError(`cannot autoscale a ${resource.kind}: could not find scale subresource for ${gvr(resource)} in discovery information`)
  }
  const [min, max] = [session.flags.number('min'), session.flags.number('max')]
  return {
    apiVersion: 'autoscaling/v2',
    kind: 'HorizontalPodAutoscaler',
    metadata: given({ name: session.flags.string('name') || name, namespace: session.context.explicit ? namespace : undefined }),
    spec: given({
      scaleTargetRef: { kind: resource.kind, name, apiVersion: apiVersionOf(resource) },
      minReplicas: min > 0 ? min : undefined,
      maxReplicas: max,
      metrics: metrics.length > 0 ? metrics : undefined,
    }),
    status: { desiredReplicas: 0, currentMetrics: null },
  } as unknown as KubeObject
}

/** schema.GroupVersionResource as Go prints it. */
export const gvr = ({ group, version, plural }: ResourceInfo): string => `${group}/${version}, Resource=${plural}`

function metricsOf({ flags }: Session): unknown[] {
  const percent = flags.number('cpu-percent')
  const cpu = percent > 0 ? `${percent}%` : flags.string('cpu')
  return [['cpu', cpu], ['memory', flags.string('memory')]].flatMap(([name, text]) => (text ? [metricOf(name!, text.trim())] : []))
}

function metricOf(name: string, text: string): unknown {
  return { type: 'Resource', resource: { name, target: targetOf(name, text) } }
}

/** What a number without a unit counts. */
const units: Readonly<Record<string, string>> = { cpu: 'm', memory: 'Mi' }

function targetOf(name: string, text: string): unknown {
  if (text.endsWith('%')) {
    const percent = text.slice(0, -1)
    if (!/^\+?\d{1,9}$/.test(percent)) throw new CommandError(`invalid percentage value: ${percent}`)
    return { type: 'Utilization', averageUtilization: Number(percent) }
  }
  const amount = parseQuantity(/^[+-]?(?:\d+\.?\d*|\.\d+)$/.test(text) ? `${Number(text)}${units[name]}` : text)
  if (isQuantityError(amount)) throw new CommandError(`invalid resource ${name} value: ${text}`)
  return { type: 'AverageValue', averageValue: amount.text }
}
