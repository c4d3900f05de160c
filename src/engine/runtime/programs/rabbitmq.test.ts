import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster } from '../../index.ts'
import { Lab } from '../testing/lab.ts'

const started = (image: string, o: object = {}): Lab => new Lab({ image, ...o }).start().until(20_000)

test('the management plugin answers who is known', () => {
  const lab = started('rabbitmq:3.13-management-alpine')
  const asked = (more: string): string => lab.exec(['sh', '-c', `wget -qO- ${more} 2>&1`]).stdout
  expect(lab.output).toMatch(/completed with 4 plugins\.[\s\S]* \* rabbitmq_management\n/)
  expect(asked('localhost:15672')).toContain('<title>RabbitMQ Management</title>')
  expect(asked('localhost:15672/api/overview')).toContain('401')
  expect(asked('--header="Authorization: Basic Z3Vlc3Q6Z3Vlc3Q=" localhost:15672/api/overview')).toContain('"rabbitmq_version":"3.13.7"')
  expect(started('rabbitmq:3.13-alpine').exec(['wget', '-qO-', 'localhost:15672']).stderr).toContain('refused')
})

test('rabbitmqctl keeps users and policies; plugins can be switched on', () => {
  const lab = started('rabbitmq:3.13')
  const ctl = (line: string): string => lab.exec(['sh', '-c', line]).stdout
  expect(ctl('rabbitmqctl add_user ada secret; rabbitmqctl set_user_tags ada administrator; rabbitmqctl -q list_users')).toMatch(/Adding user "ada" \.\.\.\nDone\.[\s\S]*guest\t\[administrator\]\nada\t\[administrator\]\n$/)
  expect(lab.exec(['rabbitmqctl', 'set_permissions', '-p', '/', 'bob', '.*', '.*', '.*'])).toMatchObject({ exitCode: 70, stderr: expect.stringContaining('User "bob" does not exist') as string })
  ctl(`rabbitmqctl set_policy ha '.*' '{"ha-mode":"all"}' --priority 1 --apply-to queues`)
  expect(ctl('rabbitmqctl list_policies')).toBe('Listing policies for vhost "/" ...\nvhost\tname\tpattern\tapply-to\tdefinition\tpriority\n/\tha\t.*\tqueues\t{"ha-mode":"all"}\t1\n')
  expect(ctl('rabbitmq-plugins enable rabbitmq_federation; rabbitmq-plugins list federation')).toMatch(/started 1 plugins\.\n[\s\S]*\[E\*\] rabbitmq_federation +3\.13\.7\n/)
})

test('nodes find each other by the endpoints of their Service', () => {
  const c = createCluster({ seed: 1 })
  const k = (line: string, stdin = ''): string => (({ stdout, stderr }) => stdout + stderr)(kubectl(c, line, { stdin }))
  k('create role r --verb=get --resource=endpoints')
  k('create rolebinding r --role=r --serviceaccount=default:default')
  k('create service clusterip rabbitmq --clusterip=None --tcp=5672')
  k('create configmap conf --from-literal=rabbitmq.conf=cluster_formation.peer_discovery_backend=k8s')
  k('apply -f -', `
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: rabbitmq }
spec:
  serviceName: rabbitmq
  replicas: 2
  selector: { matchLabels: { app: rabbitmq } }
  template:
    metadata: { labels: { app: rabbitmq } }
    spec:
      volumes: [{ name: conf, configMap: { name: conf } }]
      containers:
      - name: rabbitmq
        image: rabbitmq:3.13-management
        volumeMounts: [{ name: conf, mountPath: /etc/rabbitmq/rabbitmq.conf, subPath: rabbitmq.conf }]
        env:
        - { name: POD, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: RABBITMQ_NODENAME, value: rabbit@$(POD).rabbitmq.default.svc.cluster.local }
        - { name: K8S_HOSTNAME_SUFFIX, value: .rabbitmq.default.svc.cluster.local }
`)
  c.run({ for: '1m' })
  expect(k('exec rabbitmq-1 -- rabbitmqctl -q cluster_status')).toContain('Running Nodes\n\nrabbit@rabbitmq-0.rabbitmq.default.svc.cluster.local\nrabbit@rabbitmq-1.rabbitmq.default.svc.cluster.local\n')
})
