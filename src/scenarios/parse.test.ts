import { describe, expect, test } from 'vitest'
import { parseScenario } from './parse.ts'
import { ScenarioError } from './error.ts'

const head = `apiVersion: podreel.dev/v1
kind: Scenario
metadata: { name: small }
spec:
  title: { en: Small, zh: 小 }
  summary: { en: A small one., zh: 很小。 }
`
const withScript = (script: string) => `${head}  script:\n${script}`

const failure = (yaml: string): ScenarioError => {
  try {
    parseScenario(yaml)
  } catch (error) {
    if (error instanceof ScenarioError) return error
    throw error
  }
  throw new Error('it was accepted')
}

describe('parseScenario', () => {
  test('gives times in ms, whole faults, and lines without the word kubectl', () => {
    const scenario = parseScenario(
      withScript(`
    - { at: 0s, kubectl: kubectl apply -f pod.yaml, say: { en: Go, zh: 开始 } }
    - { when: pod/web Ready, after: 1m30s, fault: { kubelet-stop: node2 } }
    - { at: 2500, fault: scheduler-stop }
    - { at: 3s, fault: { registry-slow: 20, restore: true } }
    - { at: 4s, fault: { kill-process: pod/web/nginx, signal: KILL } }
    - { at: 5s, fault: { type: node-pressure, node: node1, signal: disk } }
    - { at: 6s, fault: { controller-stop: ~ } }
`),
    )
    expect(scenario.spec.script).toEqual([
      { at: 0, kubectl: 'apply -f pod.yaml', say: { en: 'Go', zh: '开始' } },
      { when: 'pod/web Ready', after: 90_000, fault: { type: 'kubelet-stop', node: 'node2' } },
      { at: 2500, fault: { type: 'scheduler-stop' } },
      { at: 3000, fault: { type: 'registry-slow', factor: 20, restore: true } },
      {
        at: 4000,
        fault: { type: 'kill-process', namespace: 'default', pod: 'web', container: 'nginx', signal: 'KILL' },
      },
      { at: 5000, fault: { type: 'node-pressure', node: 'node1', signal: 'disk' } },
      { at: 6000, fault: { type: 'controller-stop' } },
    ])
  })

  test('reads its own result again', () => {
    const once = parseScenario(withScript('  - { when: pod/web Ready, fault: { kubelet-stop: node2 } }\n'))
    expect(parseScenario(JSON.stringify(once))).toEqual(once)
  })

  test.each([
    ['an unknown key', withScript('  - { at: 0s, kubctl: get pods }'), 8, 15, 'spec.script[0].kubctl: unknown key'],
    ['a missing key', 'apiVersion: podreel.dev/v1\nkind: Scenario\n', 1, 1, 'must have "metadata"'],
    ['a wrong type', withScript('    get pods\n'), 8, 5, 'spec.script: must be a list, not "get pods"'],
    [
      'a bad duration',
      withScript('  - { at: soon, kubectl: get pods }'),
      8,
      11,
      'must be a duration such as 500ms, 10s or 1m30s, not "soon"',
    ],
    [
      'a bad condition',
      withScript('  - { when: web Ready, kubectl: get pods }'),
      8,
      13,
      'a condition begins with kind/name',
    ],
    [
      'an unknown fault',
      withScript('  - { at: 1s, fault: { kubelet-stpo: node2 } }'),
      8,
      22,
      'unknown fault "kubelet-stpo"',
    ],
    [
      'two actions',
      withScript('  - { at: 1s, kubectl: get pods, fault: etcd-stop }'),
      8,
      5,
      'cannot have both "kubectl" and "fault"',
    ],
    [
      'two times',
      withScript('  - { at: 1s, when: pod/a Ready, kubectl: get pods }'),
      8,
      5,
      'cannot have both "at" and "when"',
    ],
    [
      'too many nodes',
      `${head}  cluster: { nodes: 5001 }\n  script: []\n`,
      7,
      21,
      'must be between 1 and 5000, not 5001',
    ],
    ['a key twice', `${head}  script: []\n  script: []\n`, 8, 3, 'the key "script" is there twice'],
    ['a soft threshold without its time', `${head}  script: []\n  cluster:\n    kubelet:\n      evictionSoft: { memory.available: 1Gi }\n`, 10, 41, 'grace period must be specified for the soft eviction threshold memory.available'],
    ['an eviction signal that is none', `${head}  script: []\n  cluster:\n    kubelet:\n      evictionHard: { memory.free: 1Gi }\n`, 10, 36, 'memory.free'],
    ['pulls at once that come one after another', `${head}  script: []\n  cluster:\n    kubelet: { maxParallelImagePulls: 3 }\n`, 9, 39, 'unless SerializeImagePulls'],
    ['an alias', `${head}  script: []\n  end: *x\n`, 8, 8, 'aliases (*name) are not allowed'],
    ['broken YAML', `${head}  script: [\n`, 8, 1, 'Flow sequence'],
    ['a second document', `${head}  script: []\n---\nkind: Other\n`, 8, 1, 'a second document begins here'],
    ['an empty file', '', 1, 1, 'the file is empty'],
    ['a reserved key', `${head}  script: []\n  files: { __proto__: x }\n`, 8, 12, '"__proto__" is a reserved word'],
    [
      'a name that climbs out',
      `${head}  script: []\n  files: { /etc/passwd: x }\n`,
      8,
      25,
      'must be a relative file name',
    ],
  ])('%s is refused at its line and column', (_, yaml, line, column, message) => {
    const error = failure(yaml)
    expect(error.message).toContain(message)
    expect([error.line, error.column]).toEqual([line, column])
  })

  test.each([
    [
      'an alias bomb',
      `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
        .split('')
        .map((c, i) => `${c}: &${c} [${Array(9).fill(`*${'abcdefg'[i]}`).join(',')}]`)
        .join('\n')}\n`,
    ],
    ['brackets without end', '['.repeat(200_000)],
    ['dashes without end', '- '.repeat(200_000)],
    ['5 MB of text', `a: |\n${'  xxxxxxxxxxxxxxxxxxxxxxxxxxx\n'.repeat(180_000)}`],
    ['many keys', Array.from({ length: 60_000 }, (_, i) => `k${i}: 1`).join('\n')],
    ['binary', String.fromCharCode(...Array.from({ length: 5_000 }, (_, i) => i % 256))],
    ['a script of 20,000 lines', withScript('  - { at: 0s, kubectl: get pods }\n'.repeat(20_000))],
    ['a number', '42'],
    ['a tag', '!!js/function "function () { return 1 }"'],
  ])('hostile: %s gives a ScenarioError', (_, yaml) => {
    const error = failure(yaml)
    expect(error.line).toBeGreaterThan(0)
    expect(error.column).toBeGreaterThan(0)
    expect(error.message.length).toBeLessThan(1_000)
  })
})
