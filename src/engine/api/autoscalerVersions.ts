/**
 * HorizontalPodAutoscaler is stored as autoscaling/v2 and read as autoscaling/v1, too (pkg/apis/autoscaling/v1/conversion.go). What v1 has no
 * field for it carries in annotations, so that nothing is lost on the way there and back.
 */
import { fieldsOf } from './fieldsOf.ts'
import type { KubeObject } from './types.ts'

type Fields = Record<string, any>

const prefix = 'autoscaling.alpha.kubernetes.io/'
const carried = ['metrics', 'behavior', 'current-metrics', 'conditions'] as const
type Carried = (typeof carried)[number]

const isCPU = ({ type, resource }: Fields): boolean => type === 'Resource' && resource?.name === 'cpu' && resource.target?.averageUtilization !== undefined

/** As it is stored. */
export function autoscalerToV2(object: KubeObject): KubeObject {
  const { targetCPUUtilizationPercentage: percent, ...spec } = object['spec'] ?? {}
  const { annotations, notes } = takeNotes(object.metadata.annotations ?? {})
  const others = listOf(notes.metrics).map((metric) => ({ type: metric['type'], ...renamed(metric, targetToV2) }))
  const cpu = percent === undefined ? [] : [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: percent } } }]
  const metrics = [...others, ...cpu]
  const { currentCPUUtilizationPercentage: current, ...status } = object['status'] ?? {}
  const measured = notes['current-metrics'] === undefined && current !== undefined
    ? [{ type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: current } } }]
    : listOf(notes['current-metrics']).map((metric) => ({ type: metric['type'], ...renamed(metric, currentToV2) }))
  const conditions = listOf(notes.conditions)
  return {
    ...object,
    apiVersion: 'autoscaling/v2',
    metadata: withAnnotations(object.metadata, annotations),
    spec: { ...spec, ...(metrics.length === 0 ? {} : { metrics }), ...(notes.behavior === undefined ? {} : { behavior: behaviorFromGo(notes.behavior) }) },
    ...(object['status'] === undefined ? {} : { status: { ...status, currentMetrics: measured.length === 0 ? null : measured, ...(conditions.length === 0 ? {} : { conditions }) } }),
  }
}

/** As autoscaling/v1 says it. */
export function autoscalerToV1(object: KubeObject): KubeObject {
  const { metrics = [], behavior, ...spec } = object['spec'] ?? {}
  const { currentMetrics, conditions, ...status } = object['status'] ?? {}
  const all = metrics as Fields[]
  const percent = all.findLast(isCPU)?.['resource'].target.averageUtilization
  const measured = (currentMetrics ?? []) as Fields[]
  const current = measured.find(({ type, resource }) => type === 'Resource' && resource?.name === 'cpu')?.['resource'].current?.averageUtilization
  const others = all.filter((metric) => !isCPU(metric))
  const notes: Partial<Record<Carried, unknown>> = {
    ...(others.length === 0 ? {} : { metrics: others.map((metric) => ({ type: metric['type'], ...renamed(metric, targetToV1) })) }),
    ...(measured.length === 0 ? {} : { 'current-metrics': measured.map((metric) => ({ type: metric['type'], ...renamed(metric, currentToV1) })) }),
    ...(conditions === undefined || conditions.length === 0 ? {} : { conditions }),
    ...(behavior === undefined ? {} : { behavior: behaviorAsGo(behavior) }),
  }
  const { annotations } = takeNotes(object.metadata.annotations ?? {})
  for (const name of carried) if (notes[name] !== undefined) annotations[prefix + name] = JSON.stringify(notes[name])
  return {
    ...object,
    apiVersion: 'autoscaling/v1',
    metadata: withAnnotations(object.metadata, annotations),
    spec: { ...spec, ...(percent === undefined ? {} : { targetCPUUtilizationPercentage: percent }) },
    status: { currentReplicas: 0, ...status, ...(current === undefined ? {} : { currentCPUUtilizationPercentage: current }) },
  }
}

function withAnnotations(metadata: KubeObject['metadata'], annotations: Record<string, string>): KubeObject['metadata'] {
  const { annotations: before, ...rest } = metadata
  if (Object.keys(annotations).length > 0) return { ...rest, annotations }
  return before === undefined ? metadata : rest
}

/** What v1 carries for v2, and the annotations without it; what is no JSON is dropped, as upstream does. */
function takeNotes(given: Record<string, string>): { annotations: Record<string, string>; notes: Partial<Record<Carried, any>> } {
  const annotations = { ...given }
  const notes: Partial<Record<Carried, any>> = {}
  for (const name of carried) {
    const text = annotations[prefix + name]
    if (text === undefined) continue
    delete annotations[prefix + name]
    const value = parsed(text)
    if (value !== undefined) notes[name] = value
  }
  return { annotations, notes }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const listOf = (value: unknown): Fields[] => (Array.isArray(value) ? value.map(fieldsOf) : [])

type Rename = (source: string, fields: Fields) => Fields

const sources = ['resource', 'pods', 'object', 'external', 'containerResource'] as const

function renamed(metric: Fields, rename: Rename): Fields {
  const out: Fields = {}
  for (const source of sources) if (metric[source] != null) out[source] = given(rename(source, fieldsOf(metric[source])))
  return out
}

/** Without what is not given. */
function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

const isResource = (source: string): boolean => source === 'resource' || source === 'containerResource'

function targetToV1(source: string, { name, container, metric = {}, target = {}, describedObject }: Fields): Fields {
  if (isResource(source)) return { name, targetAverageUtilization: target.averageUtilization, targetAverageValue: target.averageValue, container }
  if (source === 'pods') return { metricName: metric.name, targetAverageValue: target.averageValue, selector: metric.selector }
  if (source === 'object') return { target: describedObject, metricName: metric.name, targetValue: target.value ?? '0', selector: metric.selector, averageValue: target.averageValue }
  return { metricName: metric.name, metricSelector: metric.selector, targetValue: target.value, targetAverageValue: target.averageValue }
}

function targetToV2(source: string, fields: Fields): Fields {
  const { name, container, metricName, selector, metricSelector, target, targetAverageUtilization: percent, targetAverageValue: average, targetValue, averageValue } = fields
  if (isResource(source)) {
    const wanted = given({ type: percent === undefined ? 'AverageValue' : 'Utilization', averageUtilization: percent, averageValue: average })
    return { name, target: wanted, container }
  }
  if (source === 'pods') return { metric: given({ name: metricName, selector }), target: { type: 'AverageValue', averageValue: average } }
  if (source === 'object') {
    const wanted = averageValue === undefined ? { type: 'Value', value: targetValue } : { type: 'AverageValue', averageValue }
    return { describedObject: target, metric: given({ name: metricName, selector }), target: wanted }
  }
  const wanted = targetValue === undefined ? { type: 'AverageValue', averageValue: average } : { type: 'Value', value: targetValue }
  return { metric: given({ name: metricName, selector: metricSelector }), target: wanted }
}

function currentToV1(source: string, { name, container, metric = {}, current = {}, describedObject }: Fields): Fields {
  if (isResource(source)) return { name, currentAverageUtilization: current.averageUtilization, currentAverageValue: current.averageValue ?? '0', container }
  if (source === 'pods') return { metricName: metric.name, currentAverageValue: current.averageValue, selector: metric.selector }
  if (source === 'object') return { target: describedObject, metricName: metric.name, currentValue: current.value ?? '0', selector: metric.selector, averageValue: current.averageValue }
  return { metricName: metric.name, metricSelector: metric.selector, currentValue: current.value ?? '0', currentAverageValue: current.averageValue }
}

function currentToV2(source: string, fields: Fields): Fields {
  const { name, container, metricName, selector, metricSelector, target, currentAverageUtilization, currentAverageValue, currentValue, averageValue } = fields
  if (isResource(source)) return { name, container, current: given({ averageUtilization: currentAverageUtilization, averageValue: currentAverageValue }) }
  const metric = given({ name: metricName, selector: selector ?? metricSelector })
  if (source === 'object') return { describedObject: target, metric, current: given({ value: currentValue, averageValue }) }
  return { metric, current: given({ value: currentValue, averageValue: currentAverageValue }) }
}

// The behavior is carried as Go writes a type without names for JSON: all its fields in their order, beginning with a capital, null where nothing is said.
const rulesAsGo = (rules: Fields | undefined) => rules === undefined ? null : {
  StabilizationWindowSeconds: rules['stabilizationWindowSeconds'] ?? null,
  SelectPolicy: rules['selectPolicy'] ?? null,
  Policies: (rules['policies'] as Fields[] | undefined)?.map(({ type, value, periodSeconds }) => ({ Type: type, Value: value, PeriodSeconds: periodSeconds })) ?? null,
  Tolerance: rules['tolerance'] ?? null,
}
const behaviorAsGo = ({ scaleUp, scaleDown }: Fields) => ({ ScaleUp: rulesAsGo(scaleUp), ScaleDown: rulesAsGo(scaleDown) })

const behaviorFromGo = (value: unknown): any => {
  if (Array.isArray(value)) return value.map(behaviorFromGo)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null).map(([key, inner]) => [key[0]!.toLowerCase() + key.slice(1), behaviorFromGo(inner)]))
}
