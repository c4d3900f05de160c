import { sha256 } from '../../../api/digest.ts'
import type { KubeObject } from '../../../api/types.ts'
import type { Process } from '../../process/process.ts'
import { flagValue } from '../kubernetes/components.ts'
import { ownNamespace } from '../in-cluster.ts'
import type { Fields, Said, Words } from './attach.ts'
import { envoyPort } from './proxy.ts'

/** A Gateway, or as much of it as what it owns is called by. */
export type Owner = { metadata: { namespace?: string; name: string }; spec?: any } & Fields

/** An object that is made for it. */
export type Made = { kind: string; metadata: { namespace: string; name: string; labels: Record<string, string> } } & Fields

/** What NGINX Gateway Fabric and Envoy Gateway each make of a Gateway, and how they speak of it. */
export interface Product {
  controllerName: (p: Process) => string
  /** The GatewayClass that it minds, of several with its name; undefined: all. */
  className: (p: Process) => string | undefined
  words: Words
  classSaid: (parameters: 'none' | 'found' | 'missing') => Said[]
  /** Where the proxies of a Gateway are, and their name. */
  place: (p: Process, gateway: Owner) => { namespace: string; name: string }
  /** Of the Gateway they belong to. */
  labels: (p: Process, gateway: Owner) => Record<string, string>
  /** All that is made for it, in order. */
  objects: (p: Process, gateway: Owner, parameters: Fields) => Made[]
  gatewaySaid: (state: { valid: number; listeners: number; addresses: readonly string[]; deployment: KubeObject | undefined }) => Said[]
  /** Goes to a proxy's listeners from outside: a line of the log when one has been told. */
  toldLine: (at: string) => string
}

const said = (type: string, status: 'True' | 'False', reason: string, message: string): Said => ({ type, status, reason, message })

const portsOf = (gateway: Owner): number[] => [...new Set((gateway.spec['listeners'] as Fields[]).map(({ port }) => port as number))].toSorted((a, b) => a - b)

const object = (apiVersion: string, kind: string, at: { namespace: string; name: string }, labels: Record<string, string>, rest: Fields): Made => ({ apiVersion, kind, metadata: { ...at, labels }, ...rest })

const emptyDirs = (names: readonly string[]): Fields[] => names.map((name) => ({ name, emptyDir: {} }))

/** nginx/nginx-gateway-fabric internal/controller (provisioner/objects.go, state/conditions/conditions.go). */
export const nginxFabric: Product = {
  controllerName: (p) => flagValue(p, 'gateway-ctlr-name') ?? 'gateway.nginx.org/nginx-gateway-controller',
  className: (p) => flagValue(p, 'gatewayclass') ?? 'nginx',
  words: {
    listener: [said('Accepted', 'True', 'Accepted', 'Listener is accepted'), said('Programmed', 'True', 'Programmed', 'Listener is programmed'), said('ResolvedRefs', 'True', 'ResolvedRefs', 'All references are resolved'), said('Conflicted', 'False', 'NoConflicts', 'No conflicts')],
    routeAccepted: 'The route is accepted',
    routeResolved: 'All references are resolved',
    noListener: 'Listener is not found for this parent ref',
    notAllowed: 'Route is not allowed by any listener',
    noHost: 'Listener hostname does not match the Route hostnames',
    noBackend: (i, j, _, name) => `spec.rules[${i}].backendRefs[${j}].name: Not found: "${name}"`,
    noPort: (_, __, service, port) => `no matching port for Service ${service.replace(/^.*\//, '')} and port ${port}`,
    notPermitted: (i, j, service) => `spec.rules[${i}].backendRefs[${j}].namespace: Forbidden: Backend ref to Service ${service} not permitted by any ReferenceGrant`,
    noSecret: (i, namespace, name) => `spec.listeners[${i}].tls.certificateRefs[0]: Invalid value: "${namespace}/${name}": secret does not exist`,
    incompatible: (port) => `Multiple listeners for the same port ${port} specify incompatible protocols; ensure only one protocol per port`,
  },
  classSaid: (parameters) => [
    said('Accepted', 'True', 'Accepted', 'GatewayClass is accepted'),
    said('SupportedVersion', 'True', 'SupportedVersion', 'Gateway API CRD versions are supported'),
    ...(parameters === 'none' ? [] : parameters === 'found' ? [said('ResolvedRefs', 'True', 'ResolvedRefs', 'ParametersRef resource is resolved')] : [said('ResolvedRefs', 'False', 'ParametersRefNotFound', 'ParametersRef resource could not be found')]),
  ],
  place: (_, { metadata: { namespace = '', name }, spec }) => ({ namespace, name: `${name}-${spec['gatewayClassName']}` }),
  labels: (p, { metadata: { name }, spec }) => ({
    'app.kubernetes.io/instance': p.env.get('INSTANCE_NAME') ?? 'nginx-gateway',
    'app.kubernetes.io/managed-by': `${p.env.get('INSTANCE_NAME') ?? 'nginx-gateway'}-${spec['gatewayClassName']}`,
    'app.kubernetes.io/name': `${name}-${spec['gatewayClassName']}`,
    'gateway.networking.k8s.io/gateway-name': name,
  }),
  objects: (p, gateway, parameters) => {
    const at = nginxFabric.place(p, gateway)
    const labels = nginxFabric.labels(p, gateway)
    const named = (suffix: string): { namespace: string; name: string } => ({ ...at, name: `${at.name}-${suffix}` })
    const ports = portsOf(gateway)
    const { deployment = {}, service = {} } = (parameters['kubernetes'] ?? {}) as Fields
    const own = p.machine.config.image.reference
    const version = /:v?(.+)$/.exec(own)?.[1] ?? '2.4.0'
    const image = `${deployment.container?.image?.repository ?? 'ghcr.io/nginx/nginx-gateway-fabric/nginx'}:${deployment.container?.image?.tag ?? version}`
    const securityContext = { capabilities: { drop: ['ALL'] }, readOnlyRootFilesystem: true, runAsGroup: 1001, runAsUser: 101, seccompProfile: { type: 'RuntimeDefault' } }
    const mounts = ['agent', 'agent-log', 'agent-lib', 'conf', 'stream-conf', 'main-includes', 'secrets', 'run', 'cache', 'includes']
    const where = ['/etc/nginx-agent', '/var/log/nginx-agent', '/var/lib/nginx-agent', '/etc/nginx/conf.d', '/etc/nginx/stream-conf.d', '/etc/nginx/main-includes', '/etc/nginx/secrets', '/var/run/nginx', '/var/cache/nginx', '/etc/nginx/includes']
    const type = service.type ?? 'LoadBalancer'
    return [
      object('v1', 'ConfigMap', named('agent-config'), labels, { data: { 'nginx-agent.conf': `command:\n    server:\n        host: ${flagValue(p, 'service') ?? 'nginx-gateway'}.${ownNamespace(p, 'nginx-gateway')}.svc\n        port: 443\n` } }),
      object('v1', 'ConfigMap', named('includes-bootstrap'), labels, { data: { 'main.conf': 'error_log stderr info;\n' } }),
      object('v1', 'ServiceAccount', at, labels, { automountServiceAccountToken: false }),
      object('v1', 'Service', at, labels, { spec: { type, selector: labels, ...(type === 'ClusterIP' ? {} : { externalTrafficPolicy: service.externalTrafficPolicy ?? 'Local' }), ports: ports.map((port) => ({ name: `port-${port}`, port, protocol: 'TCP', targetPort: port, ...nodePortOf(service, port) })) } }),
      object('apps/v1', 'Deployment', at, labels, {
        spec: {
          replicas: deployment.replicas ?? 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              serviceAccountName: at.name,
              securityContext: { fsGroup: 1001, runAsNonRoot: true, sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }] },
              initContainers: [{ name: 'init', image: own, imagePullPolicy: 'IfNotPresent', command: ['/usr/bin/gateway', 'initialize', '--source', '/agent/nginx-agent.conf', '--destination', '/etc/nginx-agent', '--source', '/includes/main.conf', '--destination', '/etc/nginx/main-includes'], securityContext, volumeMounts: [{ name: 'nginx-agent-config', mountPath: '/agent' }, { name: 'nginx-agent', mountPath: '/etc/nginx-agent' }, { name: 'nginx-includes-bootstrap', mountPath: '/includes' }, { name: 'nginx-main-includes', mountPath: '/etc/nginx/main-includes' }] }],
              containers: [{ name: 'nginx', image, imagePullPolicy: deployment.container?.image?.pullPolicy ?? 'IfNotPresent', ports: ports.map((port) => ({ name: `port-${port}`, containerPort: port })), readinessProbe: { httpGet: { path: '/readyz', port: 8081 }, initialDelaySeconds: 3, periodSeconds: 1 }, securityContext: { ...securityContext, allowPrivilegeEscalation: false }, ...(deployment.container?.resources === undefined ? {} : { resources: deployment.container.resources }), volumeMounts: mounts.map((name, i) => ({ name: `nginx-${name}`, mountPath: where[i] })) }],
              volumes: [...emptyDirs(mounts.map((name) => `nginx-${name}`)), { name: 'nginx-agent-config', configMap: { name: named('agent-config').name } }, { name: 'nginx-includes-bootstrap', configMap: { name: named('includes-bootstrap').name } }],
            },
          },
        },
      }),
    ]
  },
  gatewaySaid: ({ valid, listeners }) => {
    if (valid === 0) return [said('Accepted', 'False', 'ListenersNotValid', 'Gateway has no valid listeners'), said('Programmed', 'False', 'Invalid', 'Gateway has no valid listeners')]
    return [valid === listeners ? said('Accepted', 'True', 'Accepted', 'Gateway is accepted') : said('Accepted', 'True', 'ListenersNotValid', 'Gateway has at least one valid listener'), said('Programmed', 'True', 'Programmed', 'Gateway is programmed')]
  },
  toldLine: (ts) => `${JSON.stringify({ level: 'info', ts, logger: 'nginxUpdater', msg: 'Sent nginx configuration to agent' })}\n`,
}

function nodePortOf(service: Fields, port: number): Fields {
  const found = ((service['nodePorts'] ?? []) as Fields[]).find(({ listenerPort }) => listenerPort === port)
  return found === undefined ? {} : { nodePort: found['port'] }
}

/** envoyproxy/gateway internal/infrastructure/kubernetes/proxy, internal/gatewayapi/status. */
export const envoyGateway: Product = {
  controllerName: () => 'gateway.envoyproxy.io/gatewayclass-controller',
  className: () => undefined,
  words: {
    listener: [said('Programmed', 'True', 'Programmed', 'Sending translated listener configuration to the data plane'), said('Accepted', 'True', 'Accepted', 'Listener has been successfully translated'), said('ResolvedRefs', 'True', 'ResolvedRefs', 'Listener references have been resolved')],
    routeAccepted: 'Route is accepted',
    routeResolved: 'Resolved all the Object references for the Route',
    noListener: 'No listeners match this parent ref',
    notAllowed: 'No listeners included by this parent ref allowed this attachment.',
    noHost: "There were no hostname intersections between the HTTPRoute and this parent ref's Listener(s).",
    noBackend: (i, j, namespace, name) => `Failed to process route rule ${i} backendRef ${j}: service ${namespace}/${name} not found.`,
    noPort: (i, j, service, port) => `Failed to process route rule ${i} backendRef ${j}: TCP Port ${port} not found on Service ${service}.`,
    notPermitted: (i, j, service) => `Failed to process route rule ${i} backendRef ${j}: backend ref to Service ${service} not permitted by any ReferenceGrant.`,
    noSecret: (_, namespace, name) => `Secret ${namespace}/${name} does not exist.`,
    incompatible: () => 'All listeners for a given port must use a compatible protocol',
  },
  classSaid: () => [said('Accepted', 'True', 'Accepted', 'Valid GatewayClass')],
  place: (p, { metadata: { namespace = '', name } }) => ({ namespace: ownNamespace(p, 'envoy-gateway-system'), name: `envoy-${namespace}-${name}-${sha256(`${namespace}/${name}`).slice(0, 8)}` }),
  labels: (_, { metadata: { namespace = '', name } }) => ({
    'app.kubernetes.io/component': 'proxy', 'app.kubernetes.io/managed-by': 'envoy-gateway', 'app.kubernetes.io/name': 'envoy',
    'gateway.envoyproxy.io/owning-gateway-name': name, 'gateway.envoyproxy.io/owning-gateway-namespace': namespace,
  }),
  objects: (p, gateway) => {
    const at = envoyGateway.place(p, gateway)
    const labels = envoyGateway.labels(p, gateway)
    const names = new Map((gateway.spec['listeners'] as Fields[]).map(({ port, name }) => [port as number, name as string]))
    const ports = portsOf(gateway)
    const own = p.machine.config.image.reference
    const securityContext = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, privileged: false, runAsGroup: 65_532, runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } }
    const probe = { httpGet: { path: '/ready', port: 19_003 }, periodSeconds: 10, timeoutSeconds: 1 }
    return [
      object('v1', 'ServiceAccount', at, labels, {}),
      object('v1', 'ConfigMap', at, labels, { data: { 'xds-trusted-ca.json': '{}', 'xds-certificate.json': '{}' } }),
      object('v1', 'Service', at, labels, { spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', selector: labels, ports: ports.map((port) => ({ name: `${names.get(port)}-${port}`.slice(0, 63), port, protocol: 'TCP', targetPort: envoyPort(port) })) } }),
      object('apps/v1', 'Deployment', at, labels, {
        spec: {
          replicas: 1,
          selector: { matchLabels: labels },
          template: {
            metadata: { labels },
            spec: {
              serviceAccountName: at.name,
              automountServiceAccountToken: false,
              terminationGracePeriodSeconds: 360,
              containers: [
                { name: 'envoy', image: 'docker.io/envoyproxy/envoy:distroless-v1.35.0', imagePullPolicy: 'IfNotPresent', command: ['envoy'], args: [`--service-cluster ${gateway.metadata.namespace}/${gateway.metadata.name}`, '--service-node $(ENVOY_POD_NAME)', '--config-yaml dynamic_resources: { ads_config: { api_type: DELTA_GRPC } }', '--log-level warn'], env: [{ name: 'ENVOY_POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }], ports: [{ name: 'readiness', containerPort: 19_003 }, { name: 'metrics', containerPort: 19_001 }], resources: { requests: { cpu: '100m', memory: '512Mi' } }, readinessProbe: { ...probe, periodSeconds: 5, failureThreshold: 1 }, startupProbe: { ...probe, failureThreshold: 30 }, securityContext },
                { name: 'shutdown-manager', image: own, imagePullPolicy: 'IfNotPresent', command: ['envoy-gateway'], args: ['envoy', 'shutdown-manager'], resources: { requests: { cpu: '10m', memory: '32Mi' } }, readinessProbe: { httpGet: { path: '/healthz', port: 19_002 }, periodSeconds: 10 }, securityContext },
              ],
            },
          },
        },
      }),
    ]
  },
  gatewaySaid: ({ addresses, deployment }) => {
    const { availableReplicas = 0, replicas = 0 } = (deployment?.['status'] ?? {}) as Fields
    const accepted = said('Accepted', 'True', 'Accepted', 'The Gateway has been scheduled by Envoy Gateway')
    if (addresses.length === 0) return [accepted, said('Programmed', 'False', 'AddressNotAssigned', 'No addresses have been assigned to the Gateway')]
    return [accepted, availableReplicas > 0 ? said('Programmed', 'True', 'Programmed', `Address assigned to the Gateway, ${availableReplicas}/${replicas} envoy replicas available`) : said('Programmed', 'False', 'NoResources', 'Envoy replicas unavailable')]
  },
  toldLine: (at) => `${at}\tINFO\txds-server\tserver/snapshotcache.go:1\tpublished a new snapshot\n`,
}
