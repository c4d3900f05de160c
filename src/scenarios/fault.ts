import type { Fault } from '../engine/fault.ts'
import { duration } from './duration.ts'
import {
  entriesOf,
  flag,
  nameOf,
  number,
  object,
  oneOf,
  optional,
  plain,
  ShapeError,
  text,
  type Optional,
  type Path,
  type Shape,
} from './shape.ts'

/**
 * Faults as people write them: {kubelet-stop: node2}, {registry-slow: 20}, scheduler-stop,
 * {kill-process: pod/web/nginx, signal: KILL}; with `restore: true` beside it the fault is undone.
 * The whole form, {type: kubelet-stop, node: node2}, is read too, and is what this gives.
 */
export const fault: Shape<Fault> = (value, path) => {
  const given = typeof value === 'string' ? { type: value } : Object.fromEntries(entriesOf(value, path))
  const type = typeOf(given, path)
  const { whole, short } = table[type]
  if (given.type !== undefined) return whole(given, path)
  const { [type]: argument, ...rest } = given
  return whole({ ...rest, ...short(argument, [...path, type]), type }, path)
}

type FaultType = Fault['type']

interface Row {
  whole: Shape<Fault>
  /** What the argument in the short form stands for. */
  short: (argument: unknown, path: Path) => Record<string, unknown>
}

/** A fault of this type with these fields; the compiler cannot follow a type that varies, hence the cast. */
const whole = (type: FaultType, fields: Record<string, Shape<unknown> | Optional<unknown>>): Shape<Fault> =>
  object<Record<string, unknown>>({ type: oneOf(type), ...fields } as never) as Shape<unknown> as Shape<Fault>

const name = text({ most: 253, least: 1 })
const restore = optional(flag)
const component = text({ most: 300, least: 1, pattern: /^[a-z][a-z0-9-]*(\/[a-z0-9.-]+)?$/, wanted: 'a component such as kubelet/node1' })
/** What is a process of its own. */
const process = text({ most: 300, least: 1, pattern: /^(etcd|kube-(apiserver|scheduler|controller-manager)|(kubelet|kube-proxy)\/[a-z0-9.-]+)$/, wanted: 'etcd, kube-apiserver, kube-scheduler, kube-controller-manager, kubelet/<node> or kube-proxy/<node>' })
const inContainer = { namespace: name, pod: name, container: name }

const alone = (type: FaultType): Row => ({ whole: whole(type, { restore }), short: nothing })
const onNode = (type: FaultType, fields = {}): Row => ({
  whole: whole(type, { node: name, ...fields, restore }),
  short: (node) => ({ node }),
})

const table: Record<FaultType, Row> = {
  'kubelet-stop': onNode('kubelet-stop'),
  'node-stop': onNode('node-stop'),
  'node-shutdown': onNode('node-shutdown'),
  'node-partition': onNode('node-partition'),
  'runtime-stop': onNode('runtime-stop'),
  'network-stop': onNode('network-stop'),
  'node-pressure': onNode('node-pressure', { signal: oneOf('memory', 'disk', 'inodes', 'pids') }),
  'static-pod': onNode('static-pod', { file: text({ most: 200, least: 1 }), pod: optional(plain({ depth: 40, values: 5_000 })) }),
  'registry-down': alone('registry-down'),
  'registry-slow': {
    whole: whole('registry-slow', { factor: number({ least: 1, most: 1e6 }), restore }),
    short: (factor) => ({ factor }),
  },
  'apiserver-stop': alone('apiserver-stop'),
  'etcd-stop': alone('etcd-stop'),
  'scheduler-stop': alone('scheduler-stop'),
  'controller-stop': {
    whole: whole('controller-stop', { controller: optional(name), restore }),
    short: (controller) => (controller === null || controller === true ? {} : { controller }),
  },
  'component-freeze': { whole: whole('component-freeze', { component: process, restore }), short: (of) => ({ component: of }) },
  'component-slow': {
    whole: whole('component-slow', { component, factor: number({ least: 1, most: 1e6 }), restore }),
    short: (of) => ({ component: of }),
  },
  'watch-lag': { whole: whole('watch-lag', { component, ms: duration, restore }), short: (of) => ({ component: of }) },
  'packet-loss': {
    whole: whole('packet-loss', { percent: number({ least: 0, most: 100 }), node: optional(name), restore }),
    short: (percent) => ({ percent }),
  },
  'kill-process': {
    whole: whole('kill-process', { ...inContainer, signal: optional(text({ most: 20, least: 1 })) }),
    short: container,
  },
  'probe-corrupt': { whole: whole('probe-corrupt', { ...inContainer, restore }), short: container },
}

const types = Object.keys(table) as FaultType[]

function typeOf(given: Record<string, unknown>, path: Path): FaultType {
  if (given.type !== undefined)
    return oneOf(...types)(given.type, typeof given.type === 'string' ? path : [...path, 'type'])
  const type = types.find((t) => t in given)
  if (type !== undefined) return type
  throw new ShapeError(path, `unknown fault ${nameOf(Object.keys(given)[0])}; there are ${types.join(', ')}`)
}

function nothing(argument: unknown, path: Path): Record<string, unknown> {
  if (argument === null || argument === true) return {}
  throw new ShapeError(path, `takes no value, not ${nameOf(argument)}`)
}

/** 'pod/web/nginx' or 'team-a/pod/web/nginx'. */
function container(argument: unknown, path: Path): Record<string, unknown> {
  const parts = typeof argument === 'string' ? argument.split('/') : []
  const [namespace, kind, pod, container] = parts.length === 3 ? ['default', ...parts] : parts
  if (kind !== 'pod' || !pod || !container) throw new ShapeError(path, 'must be pod/<name>/<container>')
  return { namespace, pod, container }
}
