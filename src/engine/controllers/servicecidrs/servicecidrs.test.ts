import { describe, expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster, type Cluster } from '../../index.ts'

const path = '/apis/networking.k8s.io/v1/servicecidrs'
const range = (name: string, cidr: string): object => ({ apiVersion: 'networking.k8s.io/v1', kind: 'ServiceCIDR', metadata: { name }, spec: { cidrs: [cidr] } })

function withRange(cidr = '192.168.0.0/28'): Cluster {
  const cluster = createCluster({ nodes: 1, seed: 1 })
  cluster.request({ verb: 'POST', path, body: range('extra', cidr) })
  cluster.run({ for: '1s' })
  return cluster
}

const names = (cluster: Cluster): string[] => cluster.world().list('ServiceCIDR').map(({ metadata }) => metadata.name)
const readiness = (cluster: Cluster, name = 'extra') => cluster.world().get('ServiceCIDR', name)?.['status']?.conditions
const serve = (cluster: Cluster, name: string, ip = ''): { stderr: string } => kubectl(cluster, `create service clusterip ${name} --tcp=80 ${ip === '' ? '' : `--clusterip=${ip}`}`)
const remove = (cluster: Cluster, name: string): void => void kubectl(cluster, `delete servicecidr ${name} --wait=false`)
const addressOf = (cluster: Cluster, name: string): string => cluster.world().get('Service', name, 'default')!['spec'].clusterIP

describe('a range of Service addresses', () => {
  test('is held by a finalizer and ready, and its addresses are given', () => {
    const cluster = withRange()
    expect(cluster.world().get('ServiceCIDR', 'extra')!.metadata.finalizers).toEqual(['networking.k8s.io/service-cidr-finalizer'])
    expect(readiness(cluster)).toMatchObject([{ type: 'Ready', status: 'True', reason: '', message: 'Kubernetes Service CIDR is ready' }])
    expect(serve(cluster, 'mine', '192.168.0.14').stderr).toBe('')
    for (const [name, ip] of [['network', '192.168.0.0'], ['broadcast', '192.168.0.15'], ['beyond', '192.168.0.16']]) {
      expect(serve(cluster, name!, ip).stderr).toContain(`failed to allocate IP ${ip}: the provided network does not match the current range`)
    }
  })

  test('is drawn from until it is full, then others are', () => {
    const cluster = withRange('192.168.0.0/30')
    for (let i = 0; i < 12; i++) serve(cluster, `s${i}`)
    const given = Array.from({ length: 12 }, (_, i) => addressOf(cluster, `s${i}`))
    expect(new Set(given).size).toBe(12)
    expect(given.filter((ip) => ip.startsWith('192.168.')).toSorted()).toEqual(['192.168.0.1', '192.168.0.2'])
  })

  test('stays while a Service has an address of it alone, and gives none any more', () => {
    const cluster = withRange()
    serve(cluster, 'mine', '192.168.0.5')
    remove(cluster, 'extra')
    cluster.run({ for: '30s' })
    expect(readiness(cluster)).toMatchObject([{ status: 'False', reason: 'Terminating', message: 'There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR' }])
    expect(serve(cluster, 'late', '192.168.0.6').stderr).toContain('does not match the current range')
    kubectl(cluster, 'delete service mine')
    cluster.run({ for: '1s' })
    expect(names(cluster)).toEqual(['kubernetes'])
  })

  test('that nobody uses goes ten seconds after it was deleted', () => {
    const cluster = withRange()
    remove(cluster, 'extra')
    cluster.run({ for: '9s' })
    expect(names(cluster)).toContain('extra')
    cluster.run({ for: '2s' })
    expect(names(cluster)).toEqual(['kubernetes'])
  })

  test('goes in spite of its addresses when another has them, too', () => {
    const cluster = withRange()
    serve(cluster, 'mine', '192.168.0.5')
    remove(cluster, 'extra')
    cluster.run({ for: '20s' })
    cluster.request({ verb: 'POST', path, body: range('larger', '192.168.0.0/24') })
    cluster.run({ for: '1s' })
    expect(names(cluster)).toEqual(['kubernetes', 'larger'])
    expect(addressOf(cluster, 'mine')).toBe('192.168.0.5')
  })

  test('the default one cannot go before the Service "kubernetes"; without a range no address is given', () => {
    const cluster = createCluster({ nodes: 1, seed: 1 })
    remove(cluster, 'kubernetes')
    cluster.run({ for: '30s' })
    expect(readiness(cluster, 'kubernetes')).toMatchObject([{ status: 'False', reason: 'Terminating' }])
    expect(serve(cluster, 'late').stderr).toContain('Internal error occurred: failed to allocate a serviceIP: range is full')
  })

  test('the default one is there again when it has gone, and ready', () => {
    const cluster = withRange('10.96.0.0/12')
    remove(cluster, 'kubernetes')
    cluster.run({ for: '11s' })
    expect(names(cluster)).toEqual(['extra'])
    cluster.run({ for: '10s' })
    expect(readiness(cluster, 'kubernetes')).toMatchObject([{ status: 'True' }])
  })
})
