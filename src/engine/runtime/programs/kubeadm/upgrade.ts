import type { KubeObject } from '../../../api/types.ts'
import { newestVersion, packageVersion } from '../../node/packages.ts'
import { print, readLine, sleep } from '../../process/io.ts'
import type { Process, Run } from '../../process/process.ts'
import { ClusterClient, failed, said, table } from './cluster.ts'
import { kubeletConfigOf } from './machines.ts'
import type { Options } from './options.ts'

const manifests = '/etc/kubernetes/manifests'
const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler']
const adminConfig = '/etc/kubernetes/admin.conf'

/** kubeadm upgrade plan, apply, node, diff (cmd/kubeadm/app/cmd/upgrade). */
export function* upgrade(p: Process, [verb = '', ...words]: readonly string[], o: Options): Run<number> {
  if (verb === 'node') return yield* node(p)
  if (verb !== 'plan' && verb !== 'apply') return yield* failed(p, `invalid subcommand ${JSON.stringify(verb)}`)
  if (!p.machine.files.exists(adminConfig)) return yield* failed(p, `couldn't create a Kubernetes client from file ${JSON.stringify(adminConfig)}: failed to load admin kubeconfig: open ${adminConfig}: no such file or directory`)
  const client = new ClusterClient(p, { kubeconfig: adminConfig })
  yield* print(p, `${verb === 'plan' ? '[preflight] Running pre-flight checks.\n' : ''}[upgrade] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[upgrade] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to re-upload it.\n`)
  const found = yield* client.configMap('kubeadm-config')
  if ('error' in found) return yield* failed(p, `error execution phase preflight: [upgrade/init config] FATAL: ${found.error}`)
  const current = clusterVersion(found)
  return verb === 'plan' ? yield* plan(p, client, current) : yield* apply(p, client, { configMap: found, current, target: words[0], isSure: o.has('y', 'yes', 'f', 'force') })
}

/** kubernetesVersion of what kubeadm has written down of the cluster. */
const clusterVersion = (configMap: KubeObject): string => /kubernetesVersion: (\S+)/.exec((configMap as unknown as { data: Record<string, string> }).data['ClusterConfiguration'] ?? '')?.[1] ?? ''

const numbers = (version: string): number[] => version.replace(/^v/, '').split('.').map(Number)
const isNewer = (a: string, b: string): boolean => {
  const [left, right] = [numbers(a), numbers(b)]
  const at = left.findIndex((part, i) => part !== right[i])
  return at >= 0 && left[at]! > (right[at] ?? 0)
}

const line = '_____________________________________________________________________\n\n'

function* plan(p: Process, client: ClusterClient, current: string): Run<number> {
  const own = packageVersion(p.machine.files, 'kubeadm')
  const series = own.replace(/\.\d+$/, '')
  yield* print(p, '[upgrade] Running cluster health checks\n[upgrade] Fetching available versions to upgrade to\n')
  yield* print(p, `[upgrade/versions] Cluster version: ${current.slice(1)}\n[upgrade/versions] kubeadm version: ${own}\n`)
  yield* sleep(p, 1500)
  yield* print(p, `[upgrade/versions] Target version: ${newestVersion}\n[upgrade/versions] Latest version in the ${series} series: ${newestVersion}\n\n`)
  if (!isNewer(newestVersion, current)) yield* print(p, "Awesome, you're up-to-date! Enjoy!\n")
  else {
    const nodes = yield* client.ask('GET', '/api/v1/nodes')
    const items = 'error' in nodes ? [] : (nodes.body.items as KubeObject[])
    const controlPlane = p.machine.config.hostname
    yield* print(p, "Components that must be upgraded manually after you have upgraded the control plane with 'kubeadm upgrade apply':\n")
    yield* print(p, table([['COMPONENT', 'NODE', 'CURRENT', 'TARGET'], ...items.map(({ metadata: { name }, ...node }) => ['kubelet', name, (node as Record<string, any>)['status'].nodeInfo?.kubeletVersion ?? '', newestVersion])]))
    yield* print(p, `\nUpgrade to the latest version in the ${series} series:\n\n`)
    yield* print(p, table([
      ['COMPONENT', 'NODE', 'CURRENT', 'TARGET'],
      ...components.map((name) => [name, controlPlane, imageTag(p, name) ?? current, newestVersion]),
      ['kube-proxy', '', current.slice(1), newestVersion], ['CoreDNS', '', 'v1.12.1', 'v1.12.1'], ['etcd', controlPlane, '3.6.5-0', '3.6.5-0'],
    ]))
    yield* print(p, `\nYou can now apply the upgrade by executing the following command:\n\n\tkubeadm upgrade apply ${newestVersion}\n\n`)
    if (isNewer(newestVersion, own)) yield* print(p, `Note: Before you can perform this upgrade, you have to update kubeadm to ${newestVersion}.\n\n`)
    yield* print(p, line)
  }
  yield* print(p, '\nThe table below shows the current state of component configs as understood by this version of kubeadm.\nConfigs that have a "yes" mark in the "MANUAL UPGRADE REQUIRED" column require manual config upgrade or\nresetting to kubeadm defaults before a successful upgrade can be performed. The version to manually\nupgrade to is denoted in the "PREFERRED VERSION" column.\n\n')
  return yield* said(p, `${table([['API GROUP', 'CURRENT VERSION', 'PREFERRED VERSION', 'MANUAL UPGRADE REQUIRED'], ['kubeproxy.config.k8s.io', 'v1alpha1', 'v1alpha1', 'no'], ['kubelet.config.k8s.io', 'v1beta1', 'v1beta1', 'no']])}${line}`)
}

const imageTag = (p: Process, name: string): string | undefined => /image: \S+:(v\S+)/.exec(p.machine.files.readText(`${manifests}/${name}.yaml`) ?? '')?.[1]

interface Apply {
  configMap: KubeObject
  current: string
  target: string | undefined
  isSure: boolean
}

function* apply(p: Process, client: ClusterClient, { configMap, current, target: given, isSure }: Apply): Run<number> {
  const own = packageVersion(p.machine.files, 'kubeadm')
  const target = given === undefined ? own : given.replace(/^(?!v)/, 'v')
  yield* print(p, `[upgrade/preflight] Running preflight checks\n[upgrade] Running cluster health checks\n[upgrade/preflight] You have chosen to upgrade the cluster version to ${JSON.stringify(target)}\n[upgrade/versions] Cluster version: ${current}\n[upgrade/versions] kubeadm version: ${own}\n`)
  const wrong = misaligned(target, own, current)
  if (wrong !== undefined) return yield* failed(p, `error execution phase preflight: [upgrade/version] FATAL: the --version argument is invalid due to these fatal errors:\n\n\t- ${wrong}\n\nPlease fix the misalignments highlighted above and try upgrading again`)
  if (!isSure) {
    yield* print(p, '[upgrade] Are you sure you want to proceed? [y/N]: ')
    const answer = yield* readLine(p, p.fd(0))
    if (typeof answer !== 'string' || !/^y(es)?$/i.test(answer.trim())) return yield* failed(p, 'error execution phase preflight: won\'t proceed; the user didn\'t answer (Y|y) in order to continue')
  }
  yield* print(p, '[upgrade/preflight] Pulling images required for setting up a Kubernetes cluster\n[upgrade/preflight] This might take a minute or two, depending on the speed of your internet connection\n[upgrade/preflight] You can also perform this action beforehand using \'kubeadm config images pull\'\n')
  yield* sleep(p, 8000)
  yield* print(p, `[upgrade/control-plane] Upgrading your static Pod-hosted control plane to version ${JSON.stringify(target)} (timeout: 5m0s)...\n[upgrade/staticpods] Writing new Static Pod manifests to "/etc/kubernetes/tmp/kubeadm-upgraded-manifests"\n[upgrade/staticpods] Preparing for "etcd" upgrade\n[upgrade/staticpods] Current and new manifests of etcd are equal, skipping upgrade\n`)
  for (const name of components) yield* upgradeComponent(p, client, name, target)
  yield* print(p, '[upgrade/control-plane] The control plane instance for this node was successfully upgraded!\n[upload-config] Storing the configuration used in ConfigMap "kubeadm-config" in the "kube-system" Namespace\n')
  const data = (configMap as unknown as { data: Record<string, string> }).data
  yield* client.patiently('PATCH', '/api/v1/namespaces/kube-system/configmaps/kubeadm-config', { data: { ClusterConfiguration: data['ClusterConfiguration']!.replace(/kubernetesVersion: \S+/, `kubernetesVersion: ${target}`) } })
  yield* print(p, '[kubelet] Creating a ConfigMap "kubelet-config" in namespace kube-system with the configuration for the kubelets in the cluster\n[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!\n')
  for (const rule of tokenRules) yield* print(p, `[bootstrap-token] ${rule}\n`)
  const container = { name: 'kube-proxy', image: `registry.k8s.io/kube-proxy:${target}` }
  yield* client.patiently('PATCH', '/apis/apps/v1/namespaces/kube-system/daemonsets/kube-proxy', { spec: { template: { spec: { containers: [container] } } } })
  yield* print(p, '[addons] Applied essential addon: CoreDNS\n[addons] Applied essential addon: kube-proxy\n')
  return yield* said(p, `\n[upgrade] SUCCESS! A control plane node of your cluster was upgraded to ${JSON.stringify(target)}.\n\n[upgrade] Now please proceed with upgrading the rest of the nodes by following the right order.\n`)
}

const tokenRules = [
  'Configured RBAC rules to allow Node Bootstrap tokens to get nodes',
  'Configured RBAC rules to allow Node Bootstrap tokens to post CSRs in order for nodes to get long term certificate credentials',
  'Configured RBAC rules to allow the csrapprover controller automatically approve CSRs from a Node Bootstrap Token',
]

/** cmd/kubeadm/app/phases/upgrade/policy.go. */
function misaligned(target: string, own: string, current: string): string | undefined {
  if (!/^v\d+\.\d+\.\d+/.test(target)) return `couldn't parse version ${target}`
  const [minorOf, ofOwn] = [numbers(target)[1]!, numbers(own)[1]!]
  if (isNewer(target, own)) return minorOf > ofOwn ? `Specified version to upgrade to ${JSON.stringify(target)} is at least one minor release higher than the kubeadm minor release (${minorOf} > ${ofOwn}). Such an upgrade is not supported` : `Specified version to upgrade to ${JSON.stringify(target)} is higher than the kubeadm version ${JSON.stringify(own)}. Upgrade kubeadm first using the tool you used to install kubeadm`
  const ofCluster = numbers(current)[1]!
  if (minorOf < ofCluster) return `Specified version to downgrade to ${JSON.stringify(target)} is too low; kubeadm can downgrade only 1 minor version at a time`
  return undefined
}

/** Its manifest with another image: the kubelet does the rest, and kubeadm waits for it. */
function* upgradeComponent(p: Process, client: ClusterClient, name: string, target: string): Run<void> {
  const { files } = p.machine
  const path = `${manifests}/${name}.yaml`
  const before = files.readText(path) ?? ''
  const next = before.replace(/(image: \S+):v\S+/, `$1:${target}`)
  yield* print(p, `[upgrade/staticpods] Preparing for "${name}" upgrade\n`)
  if (next === before) return yield* print(p, `[upgrade/staticpods] Current and new manifests of ${name} are equal, skipping upgrade\n`)
  yield* print(p, `[upgrade/staticpods] Renewing ${name === 'kube-apiserver' ? 'apiserver' : name.replace('kube-', '')}${name === 'kube-apiserver' ? '' : '.conf'} certificate\n[upgrade/staticpods] Moving new manifest to "${path}" and backing up old manifest to "/etc/kubernetes/tmp/kubeadm-backup-manifests/${name}.yaml"\n`)
  files.mkdir('/etc/kubernetes/tmp/kubeadm-backup-manifests')
  files.writeText(`/etc/kubernetes/tmp/kubeadm-backup-manifests/${name}.yaml`, before)
  files.writeText(path, next)
  yield* print(p, '[upgrade/staticpods] Waiting for the kubelet to restart the component\n[upgrade/staticpods] This can take up to 5m0s\n')
  const pod = `/api/v1/namespaces/kube-system/pods/${name}-${p.machine.config.hostname}`
  for (let tries = 0; tries < 150; tries++) {
    yield* sleep(p, 2000)
    const answer = yield* client.ask('GET', pod)
    const { spec, status } = ('error' in answer ? {} : answer.body) as { spec?: any; status?: any }
    if (spec?.containers?.[0]?.image?.endsWith(`:${target}`) === true && status?.containerStatuses?.[0]?.state?.running !== undefined) break
  }
  yield* print(p, `[apiclient] Found 1 Pods for label selector component=${name}\n[upgrade/staticpods] Component "${name}" upgraded successfully!\n`)
}

function* node(p: Process): Run<number> {
  const { files } = p.machine
  const isControlPlane = files.exists(adminConfig)
  const kubeconfig = isControlPlane ? adminConfig : '/etc/kubernetes/kubelet.conf'
  const client = new ClusterClient(p, { kubeconfig })
  yield* print(p, '[upgrade] Reading configuration from the "kubeadm-config" ConfigMap in namespace "kube-system"...\n[upgrade] Use \'kubeadm init phase upload-config kubeadm --config your-config-file\' to re-upload it.\n[upgrade/preflight] Running pre-flight checks\n')
  const found = yield* client.configMap('kubeadm-config')
  if ('error' in found) return yield* failed(p, `error execution phase preflight: ${found.error}`)
  if (isControlPlane) {
    yield* print(p, '[upgrade/preflight] Pulling images required for setting up a Kubernetes cluster\n')
    for (const name of components) yield* upgradeComponent(p, client, name, clusterVersion(found))
    yield* print(p, '[upgrade/control-plane] The control plane instance for this node was successfully upgraded!\n')
  } else yield* print(p, '[upgrade/preflight] Skipping prepull. Not a control plane node.\n[upgrade/control-plane] Skipping phase. Not a control plane node.\n[upgrade/kubeconfig] Skipping phase. Not a control plane node.\n')
  const config = yield* kubeletConfigOf(client)
  if ('error' in config) return yield* failed(p, `error execution phase kubelet-config: could not get kubelet-config: ${config.error}`)
  files.writeText('/var/lib/kubelet/config.yaml', config.text)
  return yield* said(p, '[kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"\n[upgrade/kubelet-config] The kubelet configuration for this node was successfully upgraded!\n' + (isControlPlane ? '' : '[upgrade/addon] Skipping the addon/coredns phase. Not a control plane node.\n[upgrade/addon] Skipping the addon/kube-proxy phase. Not a control plane node.\n'))
}
