import { expect, test } from 'vitest'
import type { Container, KubeObject, Pod } from '../api/types.ts'
import { Lab } from '../runtime/testing/lab.ts'
import { guessesAbout } from './guesses.ts'

const container = (rest: object = {}): Container => ({ name: 'app', image: 'mycorp/app', ...rest }) as Container
const pod = (containers: Container[], rest: object = {}, metadata: object = {}): Pod => ({ metadata: { name: 'p', labels: { app: 'web' }, ...metadata }, spec: { containers, ...rest } }) as unknown as Pod
const service = (selector: object, ports: object[]): KubeObject => ({ kind: 'Service', spec: { selector, ports } }) as unknown as KubeObject
const job = { ownerReferences: [{ kind: 'Job', controller: true }] }

test.each<[string, Container, KubeObject[], number[]]>([
  ['its ports', container({ ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] }), [], [80]],
  ['its probes', container({ livenessProbe: { httpGet: { port: 8080 } }, readinessProbe: { tcpSocket: { port: 'web' } } }), [], [8080]],
  ['a Service that chooses it', container(), [service({ app: 'web' }, [{ port: 80, targetPort: 5000 }]), service({ app: 'db' }, [{ port: 1 }]), service({}, [{ port: 2 }])], [5000]],
  ['its ports rather than a Service', container({ ports: [{ containerPort: 80 }] }), [service({ app: 'web' }, [{ port: 80, targetPort: 5000 }])], [80]],
])('listens by %s', (_, one, services, ports) => expect(guessesAbout(pod([one]), one, services)).toEqual({ ports, ends: false }))

test('of two containers none takes what a Service wants, nor a port of the other', () => {
  const proxy = container({ name: 'proxy', ports: [{ containerPort: 8080 }] })
  const app = container({ livenessProbe: { httpGet: { port: 8080 } } })
  expect(guessesAbout(pod([app, proxy]), app, [service({ app: 'web' }, [{ port: 80 }])]).ports).toEqual([])
})

test.each<[string, Pod, Container, boolean]>([
  ['an init container', pod([container()], { initContainers: [container({ name: 'init' })] }), container({ name: 'init' }), true],
  ['a sidecar', pod([container()], { initContainers: [container({ name: 'init', restartPolicy: 'Always' })] }), container({ name: 'init', restartPolicy: 'Always' }), false],
  ['the work of a Job', pod([container()], {}, job), container(), true],
  ['a server in a Job', pod([container()], {}, job), container({ ports: [{ containerPort: 80 }] }), false],
  ['a pod that is not started again', pod([container()], { restartPolicy: 'OnFailure' }), container(), true],
  ['a server that is not started again', pod([container()], { restartPolicy: 'Never' }), container({ ports: [{ containerPort: 80 }] }), false],
  ['an application', pod([container()]), container(), false],
])('%s comes to an end: %#', (_, owner, one, ends) => expect(guessesAbout(owner, one, []).ends).toBe(ends))

test('what is known to serve goes on, in a pod that is not started again', () => {
  expect(guessesAbout(pod([container()], { restartPolicy: 'Never' }), container(), [])).toEqual({ ports: [], ends: true, unlessServer: true })
  const lab = new Lab({ image: 'grafana/grafana', guesses: { ports: [], ends: true, unlessServer: true } }).start().until(20_000)
  expect(lab.os.listening(3000)).toBeDefined()
})
