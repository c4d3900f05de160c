import { describe, expect, test } from 'vitest'
import { holds, mayChange, parseCondition, type Condition, type ConditionWorld } from './condition.ts'
import type { KubeObject } from './types.ts'

const parsed = (text: string): Condition => {
  const condition = parseCondition(text)
  if ('error' in condition) throw new Error(condition.error)
  return condition
}

const meta = { uid: 'u', resourceVersion: '1', creationTimestamp: '2025-01-01T00:00:00Z' }
const pod: KubeObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', ...meta },
  spec: { nodeName: 'node1', containers: [{ name: 'app' }] },
  status: {
    phase: 'Running',
    conditions: [
      { type: 'Ready', status: 'False' },
      { type: 'PodScheduled', status: 'True' },
    ],
    containerStatuses: [
      { name: 'app', ready: false, restartCount: 12, state: { waiting: { reason: 'CrashLoopBackOff' } } },
    ],
  },
}
const node: KubeObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node2', ...meta },
  status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
}
const event: KubeObject = {
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'web.1', namespace: 'default', ...meta },
  reason: 'BackOff',
  involvedObject: { kind: 'Pod', name: 'web' },
}

const world: ConditionWorld = {
  get: (kind, name, namespace) =>
    [pod, node].find((o) => o.kind === kind && o.metadata.name === name && o.metadata.namespace === namespace),
  list: (kind) => (kind === 'Event' ? [event] : []),
}

describe('holds', () => {
  test.each([
    ['pod/web exists', true],
    ['pod/web gone', false],
    ['po/other gone', true],
    ['pods/web -n elsewhere gone', true],
    ['pod/web bound', true],
    ['pod/web Running', true],
    ['pod/web Pending', false],
    ['pod/web PodScheduled', true],
    ['pod/web Ready', false],
    ['pod/web Ready=False', true],
    ['pod/web CrashLoopBackOff', true],
    ['pod/web Completed', false],
    ['node/node2 Ready=Unknown', true],
    ['pod/web event BackOff', true],
    ['pod/web event Killing', false],
    ['node/web event BackOff', false],
    ['pod/web .status.containerStatuses[0].restartCount >= 9', true],
    ['pod/web .status.containerStatuses[0].restartCount < 9', false],
    ['pod/web .status.containerStatuses[1].restartCount > 0', false],
    ['pod/web .spec.nodeName == node1', true],
    ['pod/web .spec.nodeName != node1', false],
    ['pod/web .constructor.name == Object', false],
  ])('%s: %s', (text, expected) => {
    expect(holds(parsed(text), world)).toBe(expected)
  })

  test('a milestone holds at its step only', () => {
    const kill = parsed('pod/web milestone terminate/kill')
    const step = { kind: 'runtime', resource: 'pods', namespace: 'default', name: 'web', milestone: 'terminate/kill' }
    expect(holds(kill, world, step)).toBe(true)
    expect(holds(kill, world, { ...step, name: 'other' })).toBe(false)
    expect(holds(kill, world, { ...step, milestone: 'terminate/term' })).toBe(false)
    expect(holds(kill, world)).toBe(false)
  })
})

test('mayChange looks at writes of the object and of events only', () => {
  const write = { kind: 'write', resource: 'pods', namespace: 'default', name: 'web', milestone: undefined }
  expect(mayChange(parsed('pod/web Ready'), write)).toBe(true)
  expect(mayChange(parsed('pod/web Ready'), { ...write, kind: 'watch' })).toBe(false)
  expect(mayChange(parsed('pod/web Ready'), { ...write, name: 'other' })).toBe(false)
  expect(mayChange(parsed('pod/web event BackOff'), { ...write, resource: 'events', name: 'web.1' })).toBe(true)
  expect(
    mayChange(parsed('node/node2 Ready'), { ...write, resource: 'nodes', namespace: undefined, name: 'node2' }),
  ).toBe(true)
})

test.each([
  ['web Ready', 'a condition begins with kind/name, such as pod/web, not "web"'],
  ['thing/web Ready', 'unknown kind "thing"'],
  ['pod/web', 'a condition needs a state after the name, such as Ready'],
  ['pod/web Ready now', 'unexpected "now" in the condition'],
  ['pod/web event', '"event" needs a word after it'],
  ['pod/web Ready=yes', 'the status of a condition is True, False or Unknown, not "yes"'],
  ['pod/web .status.phase is Running', 'after a field comes one of == != >= <= > <'],
  ['pod/web .status..phase == Running', '".status..phase" is no path to a field'],
])('%s is refused: %s', (text, error) => {
  expect(parseCondition(text)).toEqual({ error })
})
