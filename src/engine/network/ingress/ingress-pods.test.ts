import { expect, test } from 'vitest'
import { kubectl } from '../../../kubectl/index.ts'
import { createCluster, type Cluster } from '../../index.ts'

const shop = `---
apiVersion: v1
kind: Pod
metadata: { name: shop, labels: { app: shop } }
spec: { containers: [{ name: shop, image: hashicorp/http-echo, args: ["-text=shop"] }] }
---
apiVersion: v1
kind: Service
metadata: { name: shop }
spec: { selector: { app: shop }, ports: [{ port: 5678 }] }
`

/** ingress-nginx as its own manifest has it (deploy/static/provider), in short. */
const controller = (service: string, args: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: door }
---
apiVersion: v1
kind: ServiceAccount
metadata: { name: keeper, namespace: door }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: keeper }
rules:
- { apiGroups: ["", discovery.k8s.io, networking.k8s.io], resources: [services, endpointslices, ingresses, ingressclasses], verbs: [get, list, watch] }
- { apiGroups: [""], resources: [events], verbs: [create, patch] }
- { apiGroups: [networking.k8s.io], resources: [ingresses/status], verbs: [update] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: keeper }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: keeper }
subjects: [{ kind: ServiceAccount, name: keeper, namespace: door }]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: door }
spec: { controller: k8s.io/ingress-nginx }
---
apiVersion: v1
kind: Service
metadata: { name: door, namespace: door }
spec: { type: ${service}, selector: { app: door }, ports: [{ name: http, port: 80, targetPort: 80 }, { name: webhook, port: 443, targetPort: 8443 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: door, namespace: door }
spec:
  selector: { matchLabels: { app: door } }
  template:
    metadata: { labels: { app: door } }
    spec:
      serviceAccountName: keeper
      containers:
      - name: controller
        image: registry.k8s.io/ingress-nginx/controller:v1.13.3
        args: [/nginx-ingress-controller, --controller-class=k8s.io/ingress-nginx, --validating-webhook=:8443${args}]
        env:
        - { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
        - { name: POD_NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
        readinessProbe: { httpGet: { path: /healthz, port: 10254 } }
${shop}`

const webhook = `
apiVersion: admissionregistration.k8s.io/v1
kind: ValidatingWebhookConfiguration
metadata: { name: door }
webhooks:
- name: validate.nginx.ingress.kubernetes.io
  admissionReviewVersions: [v1]
  sideEffects: None
  clientConfig: { service: { namespace: door, name: door, path: /networking/v1/ingresses } }
  rules: [{ apiGroups: [networking.k8s.io], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [ingresses] }]
`

function installed(service: string, args = '', more: object = {}): { c: Cluster; k: (line: string) => string; sh: (line: string) => string; apply: (text: string) => string } {
  const c = createCluster({ seed: 1, ...more })
  const all = ({ stdout, stderr }: { stdout: string; stderr: string }): string => stdout + stderr
  kubectl(c, 'apply -f -', { stdin: controller(service, args) })
  c.run({ for: '30s' })
  const k = (line: string): string => all(kubectl(c, line))
  return { c, k, sh: (line) => all(c.exec({ program: 'shell', line })), apply: (text) => all(kubectl(c, 'apply -f -', { stdin: text })) }
}

const address = (k: (line: string) => string, name: string): string => k(`get ingress ${name} -o jsonpath={.status.loadBalancer.ingress}`)

test('Ingresses are served by the pod, under the address of the Service that it names', () => {
  const { c, k, sh } = installed('LoadBalancer', ', --publish-service=$(POD_NAMESPACE)/door', { cloud: true })
  k('create ingress shop --class=door --rule=shop.example/*=shop:5678')
  k('create ingress other --class=another --rule=other.example/*=shop:5678')
  c.run({ for: '70s' })
  expect([address(k, 'shop'), address(k, 'other')]).toEqual(['[{"ip":"203.0.113.1"}]', ''])
  expect(sh('curl -s http://shop.example/; curl -s -o /dev/null -w %{http_code} http://203.0.113.1/')).toBe('shop\n404')
  expect(k('logs -n door deploy/door --tail=2')).toMatch(/"GET \/ HTTP\/1\.1" 200 5 .* \[default-shop-5678\] \[\] [\d.]+:5678 5 [\d.]+ 200 \w+\n.*"GET \/ HTTP\/1\.1" 404 \d+ .*\[upstream-default-backend\] \[\] - - - -/)
  k('delete pod shop')
  c.run({ for: '10s' })
  expect(sh('curl -s -o /dev/null -w %{http_code} http://shop.example/')).toBe('503')
  k('scale deploy door -n door --replicas=0')
  c.run({ for: '40s' })
  expect(sh('curl -s -m 2 http://203.0.113.1/; echo $?')).toBe('7\n')
})

test('without such a Service the address is that of the node', () => {
  const { c, k, sh } = installed('NodePort')
  k('create ingress shop --class=door --rule=shop.example/*=shop:5678')
  c.run({ for: '70s' })
  expect(address(k, 'shop')).toMatch(/^\[\{"ip":"10\.99\.0\.\d"\}\]$/)
  const port = k("get svc -n door door -o jsonpath='{.spec.ports[0].nodePort}'").replaceAll("'", '')
  expect(sh(`curl -s -H 'Host: shop.example' http://10.99.0.1:${port}/`)).toBe('shop\n')
})

const ingress = (name: string, path: string, type: string): string => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: ${name} }
spec: { ingressClassName: door, rules: [{ http: { paths: [{ path: "${path}", pathType: ${type}, backend: { service: { name: shop, port: { number: 5678 } } } }] } }] }
`

test('its webhook has something against what cannot be', () => {
  const { apply } = installed('NodePort')
  apply(webhook)
  expect(apply(ingress('one', '/a', 'Prefix'))).toBe('ingress.networking.k8s.io/one created\n')
  expect(apply(ingress('two', '/a', 'Prefix'))).toMatch(/^Error from server \(BadRequest\): .*: admission webhook "validate\.nginx\.ingress\.kubernetes\.io" denied the request: host "_" and path "\/a" is already defined in ingress default\/one\n$/)
  expect(apply(ingress('three', '/b(/|$)(.*)', 'Prefix'))).toContain('denied the request: ingress contains invalid paths: path /b(/|$)(.*) cannot be used with pathType Prefix\n')
  expect(apply(ingress('four', '/b(/|$)(.*)', 'ImplementationSpecific'))).toBe('ingress.networking.k8s.io/four created\n')
})

const others = (image: string, args: string, controller: string): string => `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: door }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: default, namespace: default }]
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: { name: door }
spec: { controller: ${controller} }
---
apiVersion: v1
kind: Pod
metadata: { name: door, labels: { app: door } }
spec: { hostNetwork: true, containers: [{ name: door, image: "${image}", args: [${args}] }] }
${shop}`

test.each([
  ['nginx/nginx-ingress:5.2.0', '-ingress-class=door, -health-status', 'nginx.org/ingress-controller', '<hr><center>nginx/1.29.3</center>'],
  ['traefik:v3.5', '--entrypoints.web.address=:80/tcp, --providers.kubernetesingress', 'traefik.io/ingress-controller', '404 page not found'],
])('%s serves the Ingresses of its class', (image, args, controllerName, missing) => {
  const c = createCluster({ seed: 1, nodes: 1 })
  kubectl(c, 'apply -f -', { stdin: others(image, args, controllerName) })
  kubectl(c, 'create ingress shop --class=door --rule=shop.example/*=shop:5678')
  c.run({ for: '30s' })
  const sh = (line: string): string => c.exec({ program: 'shell', line }).stdout
  expect(sh("curl -s -H 'Host: shop.example' http://10.99.0.1/a")).toBe('shop\n')
  expect(sh('curl -s http://10.99.0.1/')).toContain(missing)
})
