import { expect, it } from 'vitest'
import { readCertificate } from '../../api/pki/x509.ts'
import { fromBase64 } from '../../api/base64.ts'
import { createCluster, type Cluster } from '../../index.ts'
import { kubectl } from '../../../kubectl/index.ts'
import '../../../kubectl/commands/root.ts'

const job = (name: string, ...args: string[]): string => `apiVersion: batch/v1
kind: Job
metadata: { name: ${name} }
spec:
  template:
    spec:
      serviceAccountName: admission
      restartPolicy: OnFailure
      containers:
      - { name: ${name}, image: 'registry.k8s.io/ingress-nginx/kube-webhook-certgen:v1.6.1', args: [${name}, --namespace=default, --secret-name=admission, ${args.join(', ')}] }
`

const hook = `apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: admission }
webhooks:
- { name: validate.example.com, admissionReviewVersions: [v1], sideEffects: None, clientConfig: { service: { namespace: default, name: admission } }, rules: [{ operations: [CREATE], apiGroups: [networking.k8s.io], apiVersions: [v1], resources: [ingresses] }] }
`

function played(manifest: string, ...allowed: string[]): Cluster {
  const cluster = createCluster({ nodes: 1 })
  kubectl(cluster, 'create serviceaccount admission')
  for (const [i, may] of allowed.entries()) {
    kubectl(cluster, `create clusterrole may-${i} ${may}`)
    kubectl(cluster, `create clusterrolebinding may-${i} --clusterrole=may-${i} --serviceaccount=default:admission`)
  }
  kubectl(cluster, 'apply -f -', { stdin: manifest })
  cluster.run({ for: '30s' })
  return cluster
}

const secrets = '--verb=get,create --resource=secrets'
const hooks = '--verb=get,update --resource=validatingwebhookconfigurations.admissionregistration.k8s.io'

it('makes a Secret of a certificate, and tells its authority to the webhooks', () => {
  const cluster = played([job('create', '--host=admission.default.svc'), job('patch', '--webhook-name=admission', '--patch-mutating=false', '--patch-failure-policy=Ignore'), hook].join('---\n'), secrets, hooks)
  const { data } = cluster.world().get('Secret', 'admission') as unknown as { data: Record<string, string> }
  expect(Object.keys(data).sort()).toEqual(['ca', 'cert', 'key'])
  expect(readCertificate(fromBase64(data['cert']!))).toMatchObject({ alternatives: ['admission.default.svc'], issuer: [['O', 'nil1']] })
  const told = JSON.parse(kubectl(cluster, 'get validatingwebhookconfiguration admission -o json').stdout) as { webhooks: unknown[] }
  expect(told.webhooks).toMatchObject([{ failurePolicy: 'Ignore', clientConfig: { caBundle: data['ca'] } }])
  expect(kubectl(cluster, 'get jobs -o jsonpath={.items[*].status.succeeded}').stdout).toBe('1 1')
})

it.each([
  ['may not', job('create', '--host=a'), [], /"level":"fatal","msg":"error getting secret"/],
  ['finds no Secret', job('patch', '--webhook-name=admission'), [secrets, hooks], /"msg":"no secret with 'admission' in 'default'"/],
])('fails where it %s', (_, manifest, allowed, words) => {
  const cluster = played(manifest, ...allowed)
  expect(kubectl(cluster, `logs job/${manifest.includes('name: create') ? 'create' : 'patch'}`).stdout).toMatch(words)
  expect(kubectl(cluster, 'get pods').stdout).toMatch(/CrashLoopBackOff|Error/)
})
