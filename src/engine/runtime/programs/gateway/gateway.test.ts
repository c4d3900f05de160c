import { expect, it, test } from 'vitest'
import { createCluster } from '../../../index.ts'
import '../../../../kubectl/index.ts'

/** The two products as their manifests have them, in short (nginx/nginx-gateway-fabric deploy/default, envoyproxy/gateway charts/gateway-helm). */
const definition = (kind: string, plural: string, scope = 'Namespaced', version = 'v1'): string => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.gateway.networking.k8s.io, annotations: { api-approved.kubernetes.io: https://github.com/kubernetes-sigs/gateway-api/pull/1 } }
spec:
  group: gateway.networking.k8s.io
  scope: ${scope}
  names: { plural: ${plural}, kind: ${kind} }
  versions: [{ name: ${version}, served: true, storage: true, subresources: { status: {} }, schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } } }]
---`

const definitions = [definition('GatewayClass', 'gatewayclasses', 'Cluster'), definition('Gateway', 'gateways'), definition('HTTPRoute', 'httproutes'), definition('ReferenceGrant', 'referencegrants', 'Namespaced', 'v1beta1')].join('')

const controller = (namespace: string, image: string, args: string): string => `
apiVersion: v1
kind: Namespace
metadata: { name: ${namespace} }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: ${namespace} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: default, namespace: ${namespace} }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: controller, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: controller } }
  template:
    metadata: { labels: { app: controller } }
    spec: { containers: [{ name: controller, image: "${image}", args: [${args}], readinessProbe: { httpGet: { path: /readyz, port: 8081 } } }] }
---`

const products = {
  nginx: { namespace: 'nginx-gateway', install: controller('nginx-gateway', 'ghcr.io/nginx/nginx-gateway-fabric:2.4.0', 'controller, --gatewayclass=front'), name: 'gateway.nginx.org/nginx-gateway-controller', proxies: 'default/edge-front' },
  envoy: { namespace: 'envoy-gateway-system', install: controller('envoy-gateway-system', 'docker.io/envoyproxy/gateway:v1.5.0', 'server'), name: 'gateway.envoyproxy.io/gatewayclass-controller', proxies: 'envoy-gateway-system/envoy-default-edge-3f113443' },
}

const front = (controllerName: string): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: front }
spec: { controllerName: ${controllerName} }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: edge }
spec: { gatewayClassName: front, listeners: [{ name: web, port: 80, protocol: HTTP, hostname: "*.example.org" }] }
---
apiVersion: v1
kind: Namespace
metadata: { name: away }
---`

const route = (name: string, spec: string, namespace = 'default'): string => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
---`

function world(product: keyof typeof products, more = '') {
  const c = createCluster({ seed: 1, cloud: true } as Parameters<typeof createCluster>[0])
  const k = (line: string, stdin = ''): string => (({ stdout, stderr }) => stdout + stderr)(c.exec({ program: 'kubectl', line, stdin }))
  k('apply -f -', definitions)
  c.run({ for: '1s' })
  k('apply -f -', products[product].install + front(products[product].name) + more)
  k('run tea --image=hashicorp/http-echo --labels=app=tea --port=5678 --expose -- -text=tea')
  c.run({ for: '60s' })
  const get = (host: string, path = '/'): string => c.exec({ program: 'shell', line: `curl -s -H 'Host: ${host}' http://203.0.113.1${path}` }).stdout.trim()
  const said = (what: string, list: string): string => k(`get ${what} -o jsonpath='{range ${list}[*]}{.type}={.status} {.reason}: {.message}{"\\n"}{end}'`)
  return { c, k, get, said }
}

const toTea = '{ parentRefs: [{ name: edge }], hostnames: [tea.example.org], rules: [{ matches: [{ path: { type: PathPrefix, value: /cup } }], backendRefs: [{ name: tea, port: 5678 }] }] }'

it.each(['nginx', 'envoy'] as const)('%s: a Gateway gets proxies, an address, and passes on what its routes say', (product) => {
  const { c, k, get } = world(product, route('tea', toTea))
  const [namespace, name] = products[product].proxies.split('/')
  expect(k(`get deploy,svc -n ${namespace} ${name} -o jsonpath={.items[*].kind}`)).toBe('Deployment Service')
  expect(k(`get gateway edge -o jsonpath='{.status.addresses[*].value},{.status.listeners[*].attachedRoutes},{.status.conditions[?(@.type=="Programmed")].status}'`)).toBe('203.0.113.1,1,True')
  expect(get('tea.example.org', '/cup/1')).toBe('tea')
  expect(get('tea.example.org', '/pot')).toBe(product === 'envoy' ? '' : get('other.example.org'))
  k('delete pod tea')
  c.run({ for: '10s' })
  expect(get('tea.example.org', '/cup')).toContain(product === 'envoy' ? 'no healthy upstream' : '503 Service Temporarily Unavailable')
  k('delete gateway edge')
  c.run({ for: '10s' })
  expect(k(`get deploy,svc,cm,sa -n ${namespace} ${name}`)).toContain('not found')
  expect(k('get httproute tea -o jsonpath={.status.parents}')).toBe('[]')
})

it.each(['nginx', 'envoy'] as const)('%s: what has been said is not said again', (product) => {
  const { c, k } = world(product, route('tea', toTea) + route('odd', '{ parentRefs: [{ name: edge, sectionName: none }], rules: [{}] }'))
  const versions = (): string => k('get gatewayclass,gateway,httproute -o jsonpath={.items[*].metadata.resourceVersion}')
  const before = versions()
  c.run({ for: '60s' })
  expect(before.split(' ')).toHaveLength(4)
  expect(versions()).toBe(before)
})

test('proxies go on without their controller, and forget with their pods', () => {
  const { c, k, get } = world('nginx', route('tea', toTea))
  k('scale deploy controller -n nginx-gateway --replicas=0')
  k('delete httproute tea')
  c.run({ for: '10s' })
  expect(get('tea.example.org', '/cup')).toBe('tea')
  k('delete pod -l app.kubernetes.io/name=edge-front')
  c.run({ for: '20s' })
  expect(k('get deploy edge-front -o jsonpath={.status.readyReplicas}')).toBe('')
  k('scale deploy controller -n nginx-gateway --replicas=1')
  c.run({ for: '20s' })
  expect(k('get deploy edge-front -o jsonpath={.status.readyReplicas}')).toBe('1')
  expect(get('tea.example.org', '/cup')).toContain('404 Not Found')
})

it.each([
  ['{ parentRefs: [{ name: edge, sectionName: none }], rules: [{}] }', 'default', 'Accepted=False NoMatchingParent: Listener is not found for this parent ref'],
  ['{ parentRefs: [{ name: edge }], hostnames: [example.com], rules: [{}] }', 'default', 'Accepted=False NoMatchingListenerHostname: Listener hostname does not match the Route hostnames'],
  ['{ parentRefs: [{ name: edge, namespace: default }], rules: [{}] }', 'away', 'Accepted=False NotAllowedByListeners: Route is not allowed by any listener'],
  ['{ parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: milk, port: 80 }] }] }', 'default', 'ResolvedRefs=False BackendNotFound: spec.rules[0].backendRefs[0].name: Not found: "milk"'],
  ['{ parentRefs: [{ name: edge }], rules: [{ backendRefs: [{ name: tea, namespace: away, port: 80 }] }] }', 'default', 'ResolvedRefs=False RefNotPermitted: spec.rules[0].backendRefs[0].namespace: Forbidden: Backend ref to Service away/tea not permitted by any ReferenceGrant'],
])('a route %s in %s hears what is wrong with it', (spec, namespace, words) => {
  const { said } = world('nginx', route('odd', spec, namespace))
  expect(said(`httproute odd -n ${namespace}`, '.status.parents[0].conditions')).toContain(words)
})

test('without an address Envoy says that there is none', () => {
  const { k, c, said } = world('envoy')
  expect(said('gateway edge', '.status.conditions')).toBe('Accepted=True Accepted: The Gateway has been scheduled by Envoy Gateway\nProgrammed=True Programmed: Address assigned to the Gateway, 1/1 envoy replicas available\n')
  k('scale deploy -n envoy-gateway-system envoy-default-edge-3f113443 --replicas=0')
  c.run({ for: '10s' })
  expect(said('gateway edge', '.status.conditions')).toContain('Programmed=False NoResources: Envoy replicas unavailable')
})
