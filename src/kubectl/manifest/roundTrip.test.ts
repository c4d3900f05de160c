import { describe, expect, test } from 'vitest'
import { createCluster, type Cluster } from '../../engine/index.ts'
import { kubectl } from '../index.ts'
import { ofEveryKind } from '../testing/manifests.ts'

const volumes = 'volumes: [{name: data, emptyDir: {}}]'
const richer: typeof ofEveryKind = [
  ['pod/x', `apiVersion: v1\nkind: Pod\nmetadata: {name: x}\nspec: {containers: [{name: app, image: nginx, resources: {limits: {cpu: 500m}}, volumeMounts: [{name: data, mountPath: /data}], livenessProbe: {httpGet: {port: 80}}}], ${volumes}}`],
  ['service/x', 'apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {type: NodePort, selector: {app: x}, ports: [{name: http, port: 80, targetPort: web}, {name: dns, port: 53, protocol: UDP}]}'],
  ['horizontalpodautoscaler.autoscaling/x', 'apiVersion: autoscaling/v1\nkind: HorizontalPodAutoscaler\nmetadata: {name: x}\nspec: {maxReplicas: 3, targetCPUUtilizationPercentage: 60, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: x}}'],
]

/** A cluster in which nobody binds or starts anything, so that only the commands change what is there. */
function still(): Cluster {
  const cluster = createCluster({ nodes: 1, latency: 'zero' })
  cluster.run({ for: '1s' })
  cluster.fault({ type: 'scheduler-stop' })
  return cluster
}

const run = (cluster: Cluster, line: string, manifest: string) => kubectl(cluster, line, { files: { 'm.yaml': manifest } })
const inYaml = (cluster: Cluster, manifest: string): string => run(cluster, 'get -f m.yaml -o yaml', manifest).stdout

/** Without what an update of the annotation alone changes; of a Deployment that counts as a new generation. */
const withoutBookkeeping = (yaml: string): string =>
  yaml.replace(/^ *kubectl\.kubernetes\.io\/last-applied-configuration: \|\n.*\n/m, '').replaceAll(/^ *(resourceVersion|generation|observedGeneration): .*\n/gm, '')

/**
 * What kubectl sends each time, so that it says "configured" of an object that stays as it is: what is only written, what is replaced whole and
 * stored with more than was said, and the order of a list that the server adds to.
 */
function isResent(manifest: string): boolean {
  return /kind: (Endpoints|EndpointSlice|LimitRange|PodDisruptionBudget)\n|stringData/.test(manifest) || (manifest.includes('kind: Pod\n') && manifest.includes(volumes))
}

describe('what has been applied', () => {
  test.each([...ofEveryKind, ...richer])('%s stays as it is', (name, manifest) => {
    const cluster = still()
    expect(run(cluster, 'apply -f m.yaml', manifest)).toMatchObject({ exitCode: 0, stdout: `${name} created\n` })
    const applied = inYaml(cluster, manifest)
    expect(run(cluster, 'apply -f m.yaml', manifest).stdout).toBe(`${name} ${isResent(manifest) ? 'configured' : 'unchanged'}\n`)
    expect(run(cluster, 'diff -f m.yaml', manifest)).toMatchObject({ stdout: '', exitCode: 0 })
    expect(inYaml(cluster, manifest)).toBe(applied)

    expect(run(cluster, 'replace -f m.yaml', applied)).toMatchObject({ exitCode: 0, stdout: `${name} replaced\n` })
    expect(withoutBookkeeping(inYaml(cluster, manifest))).toBe(withoutBookkeeping(applied))
  })

  test.each([...ofEveryKind, ...richer])('%s is taken as it was got', (_, manifest) => {
    const cluster = still()
    run(cluster, 'apply -f m.yaml', manifest)
    const applied = inYaml(cluster, manifest)
    // The annotation holds all that was sent, so the first time it differs.
    expect(run(cluster, 'apply -f m.yaml', applied)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(' configured') })
    expect(withoutBookkeeping(inYaml(cluster, manifest))).toBe(withoutBookkeeping(applied))
  })

  test.each([...ofEveryKind, ...richer])('%s stays as it is on the server\'s side', (name, manifest) => {
    const cluster = still()
    const apply = 'apply --server-side -f m.yaml'
    const all = (): string => run(cluster, 'get -f m.yaml -o yaml --show-managed-fields', manifest).stdout
    expect(run(cluster, apply, manifest)).toMatchObject({ exitCode: 0, stdout: `${name} serverside-applied\n` })
    // Whoever has said nothing owns nothing: only the second time it is noted who has the fields of such an object.
    if (name === 'namespace/x' || name === 'serviceaccount/x') run(cluster, apply, manifest)
    const applied = all()
    expect(run(cluster, apply, manifest)).toMatchObject({ exitCode: 0, stdout: `${name} serverside-applied\n` })
    expect(all()).toBe(applied)
    expect(run(cluster, 'diff --server-side -f m.yaml', manifest)).toMatchObject({ stdout: '', exitCode: 0 })
    const got = inYaml(cluster, manifest)
    expect(run(cluster, apply, got)).toMatchObject({ exitCode: 0 })
    expect(withoutBookkeeping(inYaml(cluster, manifest))).toBe(withoutBookkeeping(got))
  })
})
