import type { CatalogueEntry } from './entry.ts'
import { hashicorp } from './hashicorp.ts'
import { nginxImage, nginxRoot } from './nginx-files.ts'
import { taught } from './taught.ts'
import { anyVersion as any } from './tags.ts'

/** Images whose program is kubectl. */
function kubectlImages(...names: string[]): Record<string, CatalogueEntry> {
  const entry: CatalogueEntry = { tags: any, megabytes: 60, userland: 'debian', entrypoint: ['kubectl'], user: '1001', programs: { '/usr/local/bin/kubectl': 'kubectl', '/bin/bash': 'bash' } }
  return Object.fromEntries(names.map((name) => [name, entry]))
}

/** Under the names it has had. */
const certgen: CatalogueEntry = { tags: any, megabytes: 20, userland: 'none', entrypoint: ['/kube-webhook-certgen'], user: '65532', programs: { '/kube-webhook-certgen': 'kube-webhook-certgen' } }

/** HashiCorp's, under its own name. */
const own = (megabytes: number, port: number, { program: _, ...entry }: ReturnType<typeof hashicorp>): CatalogueEntry => ({ tags: any, megabytes, userland: 'alpine', ports: [port], ...entry })

/** One program under the names of its servers; the entry point, tini, only starts what it is told. */
const argocd: CatalogueEntry = {
  tags: any,
  megabytes: 190,
  userland: 'debian',
  cmd: ['argocd-server'],
  workingDir: '/home/argocd',
  user: '999',
  programs: Object.fromEntries(['argocd', ...['server', 'repo-server', 'application-controller', 'applicationset-controller', 'notifications', 'commit-server', 'dex'].map((name) => `argocd-${name}`)].map((name) => [`/usr/local/bin/${name}`, 'argocd'])),
}

/** MetalLB's two. */
const metallb = (name: string): CatalogueEntry => ({ tags: any, megabytes: 30, userland: 'none', entrypoint: [`/${name}`], programs: { [`/${name}`]: `metallb-${name}` } })

/** Its entry point, dumb-init, only starts what it is told. */
const ingressNginx: CatalogueEntry = {
  tags: any,
  megabytes: 105,
  userland: 'alpine',
  cmd: ['/nginx-ingress-controller'],
  workingDir: '/etc/nginx',
  user: '101',
  ports: [80, 443],
  programs: { '/nginx-ingress-controller': 'nginx-ingress-controller', '/wait-shutdown': 'wait-shutdown', '/usr/bin/curl': 'curl' },
}

/** Under the names it has had. */
const gitSync: CatalogueEntry = { tags: any, megabytes: 60, userland: 'debian', entrypoint: ['/git-sync'], user: '65533:65533', workingDir: '/tmp', programs: { '/git-sync': 'git', '/usr/bin/git': 'git' } }

/** NGINX Gateway Fabric's two: the controller, and nginx with its agent. */
const nginxGatewayFabric: CatalogueEntry = { tags: any, megabytes: 35, userland: 'none', entrypoint: ['/usr/bin/gateway'], user: '101', programs: { '/usr/bin/gateway': 'gateway' } }
const nginxOfGateway: CatalogueEntry = { tags: any, megabytes: 60, userland: 'alpine', entrypoint: ['/agent/entrypoint.sh'], user: '101', programs: { '/agent/entrypoint.sh': 'gateway' } }

/** nginx that says where it is and what it was asked: the backend of nginx' own guides. */
const nginxDemo = (port: number): CatalogueEntry => {
  const { files, ...root } = nginxRoot(port)
  const server = `server {\n    listen ${port};\n    location / {\n        default_type text/plain;\n        expires -1;\n        return 200 'Server address: $server_addr:$server_port\\nServer name: $hostname\\nDate: $time_local\\nURI: $request_uri\\nRequest ID: $request_id\\n';\n    }\n}\n`
  return { ...nginxImage({ tags: { ...any, words: ['plain', 'text'] }, megabytes: 20, ports: [port] }), ...root, files: { ...files, '/etc/nginx/conf.d/default.conf': server } }
}

/** A component of a cluster. Below kube-proxy is a Debian with the packet filter's tools, below the others nothing. */
function kubernetes(name: string, megabytes: number): CatalogueEntry {
  const tools: Record<string, string> =
    name === 'kube-proxy' ? { '/usr/sbin/iptables': 'iptables', '/usr/sbin/iptables-save': 'iptables-save' } : {}
  return {
    tags: { from: '1.0', to: '1.35', v: true, words: [] },
    megabytes,
    userland: name === 'kube-proxy' ? 'debian' : 'none',
    cmd: [name],
    programs: { [`/usr/local/bin/${name}`]: name, ...tools },
  }
}

/** Under either of its names. */
const podinfo: CatalogueEntry = {
  tags: any,
  megabytes: 25,
  userland: 'alpine',
  cmd: ['./podinfo'],
  workingDir: '/home/app',
  user: '100',
  ports: [9898],
  programs: { '/home/app/podinfo': 'podinfo', '/usr/local/bin/podcli': 'podcli', '/usr/bin/curl': 'curl' },
}

/** Of the update demo: a server of one picture, and of a file that names it. */
const picture = (name: string): CatalogueEntry => ({
  tags: { from: '1.0', to: '1.8' },
  megabytes: 50.5,
  userland: 'alpine',
  entrypoint: ['/agnhost', 'test-webserver'],
  ports: [80],
  programs: { '/agnhost': 'agnhost' },
  files: { '/data.json': `{\n  "image": "${name}.jpg"\n}\n`, [`/${name}.jpg`]: '' },
})

/** Others, by their full repository. */
export const others: Record<string, CatalogueEntry> = {
  ...taught,
  'registry.k8s.io/pause': {
    tags: { from: '0.8', to: '3.10', words: ['latest'] },
    megabytes: 0.32,
    userland: 'none',
    entrypoint: ['/pause'],
    user: '65535:65535',
    programs: { '/pause': 'pause' },
  },
  'registry.k8s.io/busybox': { tags: { from: '1.24', to: '1.29' }, megabytes: 0.7, userland: 'busybox', cmd: ['sh'] },
  'registry.k8s.io/e2e-test-images/busybox': {
    tags: { from: '1.29', to: '1.37' },
    megabytes: 2.2,
    userland: 'busybox',
    cmd: ['sh'],
  },
  'registry.k8s.io/e2e-test-images/agnhost': {
    tags: { from: '2.0', to: '2.59' },
    megabytes: 51.6,
    userland: 'alpine',
    entrypoint: ['/agnhost'],
    cmd: ['pause'],
    ports: [8080, 8081, 9376],
    programs: { '/agnhost': 'agnhost', '/agnhost-2': 'agnhost', '/bin/bash': 'bash', '/usr/bin/curl': 'curl', '/usr/bin/dig': 'dig', '/usr/bin/host': 'host', '/usr/bin/nc': 'nc.openbsd' },
  },
  'registry.k8s.io/e2e-test-images/nonroot': { tags: { from: '1.0', to: '1.4', words: [] }, megabytes: 18, userland: 'busybox', cmd: ['sh'], user: '1234' },
  'registry.k8s.io/e2e-test-images/nonewprivs': {
    tags: { from: '1.0', to: '1.4', words: [] },
    megabytes: 1.5,
    userland: 'none',
    entrypoint: ['/nnp'],
    programs: { '/nnp': 'nonewprivs' },
    setuid: ['/nnp'],
  },
  'registry.k8s.io/e2e-test-images/nautilus': picture('nautilus'),
  'registry.k8s.io/e2e-test-images/kitten': picture('kitten'),
  'registry.k8s.io/e2e-test-images/nginx': nginxImage({ tags: { from: '1.14', to: '1.27' }, megabytes: 20 }),
  'registry.k8s.io/e2e-test-images/httpd': {
    tags: { from: '2.4', to: '2.4' },
    megabytes: 40,
    userland: 'debian',
    cmd: ['httpd-foreground'],
    ports: [80],
    programs: { '/usr/local/bin/httpd-foreground': 'apache' },
    files: { '/usr/local/apache2/htdocs/index.html': '<html><body><h1>It works!</h1></body></html>\n' },
  },
  'registry.k8s.io/nginx-slim': nginxImage({ tags: { from: '0.1', to: '0.27', words: [] }, megabytes: 40.3 }),
  'registry.k8s.io/liveness': {
    tags: { from: '0', to: '1', words: [] },
    megabytes: 2,
    userland: 'busybox',
    entrypoint: ['/server'],
    ports: [8080],
    programs: { '/server': 'liveness' },
  },
  'registry.k8s.io/goproxy': {
    tags: { from: '0.1', to: '0.1', words: [] },
    megabytes: 1.7,
    userland: 'none',
    entrypoint: ['/goproxy'],
    ports: [8080],
    programs: { '/goproxy': 'goproxy' },
  },
  'registry.k8s.io/hpa-example': {
    tags: any,
    megabytes: 176,
    userland: 'debian',
    cmd: ['apache2-foreground'],
    ports: [80],
    programs: { '/usr/local/bin/apache2-foreground': 'hpa-example' },
  },
  'registry.k8s.io/echoserver': {
    tags: { from: '1.0', to: '1.10' },
    megabytes: 43,
    userland: 'debian',
    cmd: ['/usr/local/bin/run.sh'],
    ports: [8080],
    programs: { '/usr/local/bin/run.sh': 'echoserver' },
  },
  'registry.k8s.io/e2e-test-images/echoserver': {
    tags: { from: '2.2', to: '2.5' },
    megabytes: 21,
    userland: 'alpine',
    cmd: ['/usr/local/bin/run.sh'],
    ports: [8080],
    programs: { '/usr/local/bin/run.sh': 'echoserver' },
  },
  'registry.k8s.io/serve_hostname': {
    tags: any,
    megabytes: 6,
    userland: 'none',
    entrypoint: ['/serve_hostname'],
    ports: [9376],
    programs: { '/serve_hostname': 'serve-hostname' },
  },
  'registry.k8s.io/etcd': {
    tags: { from: '2.2', to: '3.6', v: true },
    megabytes: 59,
    userland: 'none',
    cmd: ['etcd'],
    ports: [2379, 2380],
    programs: {
      '/usr/local/bin/etcd': 'etcd',
      '/usr/local/bin/etcdctl': 'etcdctl',
      '/usr/local/bin/etcdutl': 'etcdctl',
    },
  },
  'quay.io/coreos/etcd': {
    tags: { from: '2.2', to: '3.6', v: true },
    megabytes: 24,
    userland: 'none',
    cmd: ['/usr/local/bin/etcd'],
    ports: [2379, 2380],
    programs: { '/usr/local/bin/etcd': 'etcd', '/usr/local/bin/etcdctl': 'etcdctl' },
  },
  'registry.k8s.io/kubernetes-zookeeper': {
    tags: any,
    megabytes: 135,
    userland: 'debian',
    cmd: ['/bin/bash'],
    ports: [2181, 2888, 3888],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/zookeeper/bin' },
    programs: { '/opt/zookeeper/bin/start-zookeeper': 'zkServer.sh', '/opt/zookeeper/bin/zkServer.sh': 'zkServer.sh', '/opt/zookeeper/bin/zkCli.sh': 'zkCli.sh', '/usr/bin/nc': 'nc.openbsd', '/bin/ps': 'ps', '/usr/bin/pkill': 'pkill', '/usr/bin/pgrep': 'pgrep', '/usr/bin/top': 'top' },
    user: '1000',
    files: { '/opt/zookeeper/bin/zookeeper-ready': '#!/usr/bin/env bash\nOK=$(echo ruok | nc 127.0.0.1 $1)\nif [ "$OK" == "imok" ]; then\n  exit 0\nfi\nexit 1\n' },
    directories: ['/opt/zookeeper/bin', '/opt/zookeeper/conf', '/var/lib/zookeeper', '/var/log/zookeeper'],
    links: { '/usr/etc/zookeeper': '/opt/zookeeper/conf' },
  },
  'registry.k8s.io/fluentd-gcp': {
    tags: any,
    megabytes: 140,
    userland: 'debian',
    cmd: ['fluentd'],
    programs: { '/usr/local/bin/fluentd': 'fluentd' },
  },
  'registry.k8s.io/sig-storage/nfs-provisioner': {
    tags: any,
    megabytes: 110,
    userland: 'debian',
    cmd: ['sleep', 'infinity'],
  },
  'registry.k8s.io/kube-apiserver': kubernetes('kube-apiserver', 27.1),
  'registry.k8s.io/kube-controller-manager': kubernetes('kube-controller-manager', 22.8),
  'registry.k8s.io/kube-proxy': kubernetes('kube-proxy', 25.9),
  'registry.k8s.io/kube-scheduler': kubernetes('kube-scheduler', 17.4),
  'registry.k8s.io/metrics-server/metrics-server': {
    tags: any,
    megabytes: 22,
    userland: 'none',
    entrypoint: ['/metrics-server'],
    ports: [10250],
    programs: { '/metrics-server': 'metrics-server' },
  },
  'registry.k8s.io/coredns/coredns': {
    tags: { from: '1.0', to: '1.13', v: true, words: [] },
    megabytes: 22,
    userland: 'none',
    entrypoint: ['/coredns'],
    ports: [53],
    programs: { '/coredns': 'coredns' },
  },
  'docker.io/polinux/stress': {
    tags: { from: '1.0', to: '1.0' },
    megabytes: 4.0,
    userland: 'alpine',
    cmd: ['/bin/sh'],
    programs: { '/usr/local/bin/stress': 'stress' },
  },
  'docker.io/progrium/stress': {
    tags: any,
    megabytes: 100,
    userland: 'debian',
    entrypoint: ['/usr/bin/stress', '--verbose'],
    programs: { '/usr/bin/stress': 'stress' },
  },
  'docker.io/alexeiled/stress-ng': {
    tags: any,
    megabytes: 3,
    userland: 'none',
    entrypoint: ['/stress-ng'],
    programs: { '/stress-ng': 'stress' },
  },
  'docker.io/vish/stress': {
    tags: any,
    megabytes: 1.5,
    userland: 'none',
    entrypoint: ['/stress'],
    programs: { '/stress': 'vish-stress' },
  },
  'registry.k8s.io/git-sync/git-sync': gitSync,
  'registry.k8s.io/git-sync': gitSync,
  'docker.io/cvallance/mongo-k8s-sidecar': { tags: any, megabytes: 40, userland: 'alpine', cmd: ['mongo-k8s-sidecar'], workingDir: '/opt/cvallance/mongo-k8s-sidecar', programs: { '/usr/local/bin/mongo-k8s-sidecar': 'mongo-express' } },
  'docker.io/alpine/git': {
    tags: { from: '1', to: '2.49', v: true },
    megabytes: 25,
    userland: 'alpine',
    entrypoint: ['git'],
    cmd: ['--help'],
    workingDir: '/git',
    programs: { '/usr/bin/git': 'git' },
  },
  ...kubectlImages('docker.io/bitnami/kubectl', 'docker.io/bitnamilegacy/kubectl', 'docker.io/rancher/kubectl', 'registry.k8s.io/kubectl', 'docker.io/alpine/kubectl'),
  'docker.io/curlimages/curl': {
    tags: { from: '7.60', to: '8.17' },
    megabytes: 9.3,
    userland: 'alpine',
    entrypoint: ['/entrypoint.sh'],
    cmd: ['curl'],
    user: 'curl_user',
    programs: { '/entrypoint.sh': 'docker-entrypoint', '/usr/bin/curl': 'curl' },
  },
  'docker.io/appropriate/curl': {
    tags: any,
    megabytes: 2.8,
    userland: 'alpine',
    entrypoint: ['curl'],
    programs: { '/usr/bin/curl': 'curl' },
  },
  'docker.io/radial/busyboxplus': {
    tags: { from: '1', to: '1', words: ['curl', 'git'] },
    megabytes: 4,
    userland: 'busybox',
    cmd: ['/bin/sh'],
    programs: { '/usr/bin/curl': 'curl' },
  },
  'registry.k8s.io/cpa/cluster-proportional-autoscaler': {
    tags: any,
    megabytes: 15,
    userland: 'none',
    entrypoint: ['/cluster-proportional-autoscaler'],
    programs: { '/cluster-proportional-autoscaler': 'cluster-proportional-autoscaler' },
  },
  'docker.io/alpine/socat': {
    tags: any,
    megabytes: 4,
    userland: 'alpine',
    entrypoint: ['socat'],
    programs: { '/usr/bin/socat': 'socat' },
  },
  'docker.io/nicolaka/netshoot': {
    tags: any,
    megabytes: 200,
    userland: 'full',
    cmd: ['zsh'],
    programs: { '/bin/zsh': 'bash' },
  },
  'docker.io/praqma/network-multitool': {
    tags: any,
    megabytes: 20,
    userland: 'full',
    cmd: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    directories: ['/usr/share/nginx/html', '/var/cache/nginx'],
  },
  'docker.io/wbitt/network-multitool': {
    tags: any,
    megabytes: 20,
    userland: 'full',
    cmd: ['nginx', '-g', 'daemon off;'],
    ports: [80],
    directories: ['/usr/share/nginx/html', '/var/cache/nginx'],
  },
  'docker.io/tutum/dnsutils': { tags: any, megabytes: 60, userland: 'full', cmd: ['/bin/bash'] },
  'registry.k8s.io/e2e-test-images/jessie-dnsutils': {
    tags: any,
    megabytes: 115,
    userland: 'full',
    cmd: ['/bin/bash'],
  },
  'docker.io/hashicorp/http-echo': {
    tags: { from: '0.2', to: '1.0' },
    megabytes: 3,
    userland: 'none',
    entrypoint: ['/http-echo'],
    ports: [5678],
    user: '65532',
    programs: { '/http-echo': 'http-echo' },
  },
  'docker.io/nginxinc/nginx-unprivileged': nginxImage({
    tags: { from: '1.14', to: '1.29' },
    megabytes: 73,
    smallMegabytes: 20,
    entrypoint: ['/docker-entrypoint.sh'],
    ports: [8080],
    user: '101',
    ...nginxRoot(8080),
  }),
  'docker.io/nginxdemos/hello': nginxDemo(80),
  'docker.io/nginxdemos/nginx-hello': { ...nginxDemo(8080), user: '101' },
  'gcr.io/k8s-staging-gateway-api/echo-basic': { tags: { ...any, to: '99999999', words: ['main', 'master'] }, megabytes: 10, userland: 'none', entrypoint: ['/echo-basic'], ports: [3000], user: '65532', programs: { '/echo-basic': 'echo-basic' } },
  'docker.io/traefik/whoami': {
    tags: { from: '1.0', to: '1.11', v: true },
    megabytes: 2.8,
    userland: 'none',
    entrypoint: ['/whoami'],
    ports: [80],
    programs: { '/whoami': 'whoami-server' },
  },
  'docker.io/containous/whoami': {
    tags: any,
    megabytes: 2.8,
    userland: 'none',
    entrypoint: ['/whoami'],
    ports: [80],
    programs: { '/whoami': 'whoami-server' },
  },
  'registry.k8s.io/dra-example-driver/dra-example-driver': { tags: any, megabytes: 30, userland: 'none', entrypoint: ['dra-example-kubeletplugin'], programs: { '/usr/bin/dra-example-kubeletplugin': 'dra-example-kubeletplugin' } },
  'registry.k8s.io/ingress-nginx/controller': ingressNginx,
  'docker.io/hashicorp/consul': own(50, 8500, hashicorp('consul', ['agent', '-dev', '-client', '0.0.0.0'])),
  'docker.io/hashicorp/vault': own(80, 8200, hashicorp('vault', ['server', '-dev'])),
  'quay.io/argoproj/argocd': argocd,
  'quay.io/jetstack/cert-manager-controller': { tags: any, megabytes: 20, userland: 'none', entrypoint: ['/app/cmd/controller/controller'], user: '1000', programs: { '/app/cmd/controller/controller': 'cert-manager' } },
  'quay.io/metallb/controller': metallb('controller'),
  'quay.io/metallb/speaker': metallb('speaker'),
  'docker.io/nginx/nginx-ingress': {
    tags: any,
    megabytes: 115,
    userland: 'debian',
    entrypoint: ['/nginx-ingress'],
    user: '101',
    ports: [80, 443],
    programs: { '/nginx-ingress': 'f5-ingress' },
  },
  'ghcr.io/nginx/nginx-gateway-fabric': nginxGatewayFabric,
  'ghcr.io/nginxinc/nginx-gateway-fabric': nginxGatewayFabric,
  'ghcr.io/nginx/nginx-gateway-fabric/nginx': nginxOfGateway,
  'ghcr.io/nginxinc/nginx-gateway-fabric/nginx': nginxOfGateway,
  'docker.io/envoyproxy/gateway': { tags: any, megabytes: 60, userland: 'none', entrypoint: ['/usr/local/bin/envoy-gateway'], cmd: ['server'], user: '65532', programs: { '/usr/local/bin/envoy-gateway': 'gateway' } },
  'registry.k8s.io/ingress-nginx/kube-webhook-certgen': certgen,
  'docker.io/jettech/kube-webhook-certgen': certgen,
  'docker.io/stefanprodan/podinfo': podinfo,
  'ghcr.io/stefanprodan/podinfo': podinfo,
  'docker.io/fluent/fluentd': {
    tags: any,
    megabytes: 60,
    userland: 'alpine',
    entrypoint: ['/bin/entrypoint.sh'],
    cmd: ['fluentd'],
    ports: [24224],
    programs: { '/bin/entrypoint.sh': 'docker-entrypoint', '/usr/bin/fluentd': 'fluentd' },
  },
  'docker.io/fluent/fluent-bit': {
    tags: any,
    megabytes: 35,
    userland: 'none',
    entrypoint: ['/fluent-bit/bin/fluent-bit'],
    ports: [2020],
    programs: { '/fluent-bit/bin/fluent-bit': 'fluent-bit' },
  },
  'quay.io/fluentd_elasticsearch/fluentd': {
    tags: any,
    megabytes: 100,
    userland: 'debian',
    cmd: ['/entrypoint.sh'],
    programs: { '/entrypoint.sh': 'fluentd' },
  },
  'docker.io/grafana/grafana': {
    tags: any,
    megabytes: 150,
    userland: 'alpine',
    entrypoint: ['/run.sh'],
    ports: [3000],
    user: '472',
    programs: { '/run.sh': 'scripted' },
  },
  'docker.io/prom/prometheus': {
    tags: any,
    megabytes: 120,
    userland: 'busybox',
    entrypoint: ['/bin/prometheus'],
    ports: [9090],
    user: 'nobody',
    programs: { '/bin/prometheus': 'scripted' },
    files: { '/etc/prometheus/prometheus.yml': 'global:\n  scrape_interval: 15s\n\nscrape_configs:\n  - job_name: "prometheus"\n    static_configs:\n      - targets: ["localhost:9090"]\n' },
  },
  'quay.io/crio/artifact': {
    tags: { from: '1', to: '2', v: true },
    megabytes: 0.001,
    userland: 'none',
    files: { '/dir/file': '1\n', '/file': '2\n' },
  },
  'gcr.io/distroless/static': {
    tags: { from: '0', to: '0', words: ['nonroot', 'debug', 'static'] },
    megabytes: 0.8,
    userland: 'none',
  },
  'gcr.io/distroless/base': {
    tags: { from: '0', to: '0', words: ['nonroot', 'debug'] },
    megabytes: 8,
    userland: 'none',
  },
}
