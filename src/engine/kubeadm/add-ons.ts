import { stringify } from 'yaml'
import { apiServerEndpoint, clusterDnsAddress, clusterDomain, podNetwork } from '../api/cluster-domain.ts'
import { kubernetesVersion } from '../api/version.ts'
import { controlPlaneLabel } from './names.ts'

/** What `kubeadm init phase addon` brings into the cluster: its DNS server and kube-proxy (cmd/kubeadm/app/phases/addons). */

const place = (name: string, labels: Record<string, string>) => ({ name, namespace: 'kube-system', labels })

const dnsLabels = { 'k8s-app': 'kube-dns' }

/** As it stands in the ConfigMap "coredns". */
export const corefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30 {
       disable success ${clusterDomain}
       disable denial ${clusterDomain}
    }
    loop
    reload
    loadbalance
}
`

export const dnsConfigMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'coredns', namespace: 'kube-system' },
  data: { Corefile: corefile },
}

export const dnsService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: {
    ...place('kube-dns', { ...dnsLabels, 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'CoreDNS' }),
    annotations: { 'prometheus.io/port': '9153', 'prometheus.io/scrape': 'true' },
  },
  spec: {
    clusterIP: clusterDnsAddress,
    clusterIPs: [clusterDnsAddress],
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
      { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
    ],
    selector: dnsLabels,
  },
}

const http = (path: string, port: string) => ({ path, port, scheme: 'HTTP' })

export const dnsDeployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: place('coredns', dnsLabels),
  spec: {
    replicas: 2,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
    selector: { matchLabels: dnsLabels },
    template: {
      metadata: { labels: dnsLabels },
      spec: {
        priorityClassName: 'system-cluster-critical',
        serviceAccountName: 'coredns',
        affinity: {
          podAntiAffinity: {
            preferredDuringSchedulingIgnoredDuringExecution: [
              {
                weight: 100,
                podAffinityTerm: {
                  labelSelector: { matchExpressions: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns'] }] },
                  topologyKey: 'kubernetes.io/hostname',
                },
              },
            ],
          },
        },
        tolerations: [
          { key: 'CriticalAddonsOnly', operator: 'Exists' },
          { key: controlPlaneLabel, effect: 'NoSchedule' },
        ],
        nodeSelector: { 'kubernetes.io/os': 'linux' },
        containers: [
          {
            name: 'coredns',
            image: 'registry.k8s.io/coredns/coredns:v1.12.1',
            imagePullPolicy: 'IfNotPresent',
            resources: { limits: { memory: '170Mi' }, requests: { cpu: '100m', memory: '70Mi' } },
            args: ['-conf', '/etc/coredns/Corefile'],
            volumeMounts: [{ name: 'config-volume', mountPath: '/etc/coredns', readOnly: true }],
            ports: [
              { containerPort: 53, name: 'dns', protocol: 'UDP' },
              { containerPort: 53, name: 'dns-tcp', protocol: 'TCP' },
              { containerPort: 9153, name: 'metrics', protocol: 'TCP' },
              { containerPort: 8080, name: 'liveness-probe', protocol: 'TCP' },
              { containerPort: 8181, name: 'readiness-probe', protocol: 'TCP' },
            ],
            livenessProbe: {
              httpGet: http('/health', 'liveness-probe'),
              initialDelaySeconds: 60,
              timeoutSeconds: 5,
              successThreshold: 1,
              failureThreshold: 5,
            },
            readinessProbe: { httpGet: http('/ready', 'readiness-probe') },
            securityContext: {
              allowPrivilegeEscalation: false,
              capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
              readOnlyRootFilesystem: true,
            },
          },
        ],
        dnsPolicy: 'Default',
        volumes: [
          { name: 'config-volume', configMap: { name: 'coredns', items: [{ key: 'Corefile', path: 'Corefile' }] } },
        ],
      },
    },
  },
}

const server = `https://${apiServerEndpoint.ip}:${apiServerEndpoint.port}`

/** Lines as they were, each further in. */
const text = (value: object): string => stringify(value, { indentSeq: false, lineWidth: 0 }).trimEnd()

const tokenDirectory = '/var/run/secrets/kubernetes.io/serviceaccount'

export const proxyConfigMap = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: place('kube-proxy', { app: 'kube-proxy' }),
  data: {
    'config.conf': text({
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      bindAddress: '0.0.0.0',
      bindAddressHardFail: false,
      clientConnection: {
        acceptContentTypes: '',
        burst: 0,
        contentType: '',
        kubeconfig: '/var/lib/kube-proxy/kubeconfig.conf',
        qps: 0,
      },
      clusterCIDR: podNetwork,
      configSyncPeriod: '0s',
      conntrack: {
        maxPerCore: null,
        min: null,
        tcpBeLiberal: false,
        tcpCloseWaitTimeout: null,
        tcpEstablishedTimeout: null,
        udpStreamTimeout: '0s',
        udpTimeout: '0s',
      },
      detectLocal: { bridgeInterface: '', interfaceNamePrefix: '' },
      detectLocalMode: '',
      enableProfiling: false,
      healthzBindAddress: '',
      hostnameOverride: '',
      iptables: {
        localhostNodePorts: null,
        masqueradeAll: false,
        masqueradeBit: null,
        minSyncPeriod: '0s',
        syncPeriod: '0s',
      },
      ipvs: {
        excludeCIDRs: null,
        minSyncPeriod: '0s',
        scheduler: '',
        strictARP: false,
        syncPeriod: '0s',
        tcpFinTimeout: '0s',
        tcpTimeout: '0s',
        udpTimeout: '0s',
      },
      kind: 'KubeProxyConfiguration',
      logging: {
        flushFrequency: 0,
        options: { json: { infoBufferSize: '0' }, text: { infoBufferSize: '0' } },
        verbosity: 0,
      },
      metricsBindAddress: '',
      mode: '',
      nftables: { masqueradeAll: false, masqueradeBit: null, minSyncPeriod: '0s', syncPeriod: '0s' },
      nodePortAddresses: null,
      oomScoreAdj: null,
      portRange: '',
      showHiddenMetricsForVersion: '',
      winkernel: {
        enableDSR: false,
        forwardHealthCheckVip: false,
        networkName: '',
        rootHnsEndpointName: '',
        sourceVip: '',
      },
    }),
    'kubeconfig.conf': text({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ cluster: { 'certificate-authority': `${tokenDirectory}/ca.crt`, server }, name: 'default' }],
      contexts: [{ context: { cluster: 'default', namespace: 'default', user: 'default' }, name: 'default' }],
      'current-context': 'default',
      users: [{ name: 'default', user: { tokenFile: `${tokenDirectory}/token` } }],
    }),
  },
}

const proxyLabels = { 'k8s-app': 'kube-proxy' }

export const proxyDaemonSet = {
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { ...place('kube-proxy', proxyLabels), annotations: { 'deprecated.daemonset.template.generation': '1' } },
  spec: {
    selector: { matchLabels: proxyLabels },
    updateStrategy: { type: 'RollingUpdate' },
    template: {
      metadata: { labels: proxyLabels },
      spec: {
        priorityClassName: 'system-node-critical',
        containers: [
          {
            name: 'kube-proxy',
            image: `registry.k8s.io/kube-proxy:${kubernetesVersion}`,
            imagePullPolicy: 'IfNotPresent',
            command: [
              '/usr/local/bin/kube-proxy',
              '--config=/var/lib/kube-proxy/config.conf',
              '--hostname-override=$(NODE_NAME)',
            ],
            securityContext: { privileged: true },
            volumeMounts: [
              { mountPath: '/var/lib/kube-proxy', name: 'kube-proxy' },
              { mountPath: '/run/xtables.lock', name: 'xtables-lock' },
              { mountPath: '/lib/modules', name: 'lib-modules', readOnly: true },
            ],
            env: [{ name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } }],
          },
        ],
        hostNetwork: true,
        serviceAccountName: 'kube-proxy',
        volumes: [
          { name: 'kube-proxy', configMap: { name: 'kube-proxy' } },
          { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
          { name: 'lib-modules', hostPath: { path: '/lib/modules' } },
        ],
        tolerations: [{ operator: 'Exists' }],
        nodeSelector: { 'kubernetes.io/os': 'linux' },
      },
    },
  },
}
