import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { createCluster } from '../../engine/index.ts'
import { Random } from '../../engine/kernel/random.ts'
import { kubectl } from '../index.ts'
import { ofEveryKind } from '../testing/manifests.ts'

/** Objects with something wrong in them, and what happens to those that are taken nevertheless: an answer or a Status, never a crash. */
const seeds = 600

const hostile: readonly unknown[] = [
  null, '', ' ', 0, -1, 2147483648, 9007199254740991, 1e308, -0.5, true, [], {}, [null], [{}], { a: null }, [['x']], JSON.parse('{"__proto__":{"x":1}}'),
  'x'.repeat(300), '9'.repeat(40), '..', 'a/b', 'a%b', '{{', '$(x)', '$((', '1e1000', '101%', '10Gi', '1n', '0.0000001', 'é', '\u0000', '\uD800', '::1', '10.0.0.1/33',
  'None', '2025-13-01T00:00:00Z', '* * * * *', '@every 1s', 'CRON_TZ=Mars/X * * * * *', 'kube-system', 'node1', 'a:b@sha256:0', '*', '__proto__', 'constructor', 'toString',
]

type Place = [parent: Record<string, unknown>, key: string]

function placesIn(value: unknown): Place[] {
  if (typeof value !== 'object' || value === null) return []
  const parent = value as Record<string, unknown>
  return Object.keys(parent).flatMap((key): Place[] => [[parent, key], ...placesIn(parent[key])])
}

function spoil(object: unknown, r: Random): void {
  const pick = <T>(from: readonly T[]): T => from[r.int(from.length)]!
  const [parent, key] = pick(placesIn(object))
  const alike = hostile.filter((value) => typeof value === typeof parent[key])
  const how = r.int(10)
  if (how < 5 && alike.length > 0) parent[key] = structuredClone(pick(alike))
  else if (how < 7) parent[key] = structuredClone(pick(hostile))
  else if (how === 7) delete parent[key]
  else if (how === 8) parent[pick(['', 'x', 'finalizers', 'ownerReferences', key.toUpperCase()])] = parent[key]
  else {
    const [from, name] = pick(placesIn(object))
    parent[key] = structuredClone(from[name])
  }
}

test(`${seeds} spoiled objects`, { timeout: 120_000 }, () => {
  for (let seed = 1; seed <= seeds; seed++) {
    const r = new Random(seed, 'hostile')
    const manifest = ofEveryKind[r.int(ofEveryKind.length)]![1]
    const object: unknown = parse(manifest)
    for (let n = r.int(2); n >= 0; n--) spoil(object, r)
    const text = JSON.stringify(object)
    try {
      const cluster = createCluster({ nodes: 1, seed })
      if (r.int(2) === 0) kubectl(cluster, 'apply -f good.yaml', { files: { 'good.yaml': manifest } })
      const apply = r.int(4) === 0 ? 'apply --server-side -f m.json' : 'apply -f m.json'
      const { stdout, stderr, exitCode } = kubectl(cluster, apply, { files: { 'm.json': text } })
      expect(exitCode === 0 ? stdout : stderr).not.toMatch(/^\s*$|\[object Object\]|\bundefined\b|\bNaN\b|not a function|Cannot read/)
      cluster.run({ for: '40s' })
      const shown = kubectl(cluster, 'describe pods,services,pvc,deployments,jobs,cronjobs')
      expect(shown.stdout + shown.stderr).not.toMatch(/\[object Object\]|\bundefined\b|\bNaN\b/)
    } catch (error) {
      throw new Error(`seed ${seed}: ${text}`, { cause: error })
    }
  }
})
