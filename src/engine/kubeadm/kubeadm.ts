import { apiServerEndpoint } from '../api/cluster-domain.ts'
import type { KubeletConfiguration } from '../api/kubeletConfiguration.ts'
import { formatTime } from '../api/time.ts'
import type { KubeObject, Node, Pod } from '../api/types.ts'
import { bootstrapKey, clusterAgeMs, registeredNode } from '../bootstrap.ts'
import { podTemplateHash } from '../controllers/common/hash.ts'
import { controllerReference, podFromTemplate } from '../controllers/common/pods.ts'
import { patchOf, revisionLabel } from '../controllers/common/revisions.ts'
import { daemonPod } from '../controllers/daemonset/decide.ts'
import { decideSlices, endpointsLabels, endpointSubsets } from '../controllers/endpoints/decide.ts'
import { lastChangeTriggerTime } from '../controllers/endpoints/trigger-times.ts'
import { Random } from '../kernel/random.ts'
import { mirrorPodOf, staticPod } from '../kubelet/static-pods/manifest.ts'
import { access } from './access.ts'
import { dnsConfigMap, dnsDeployment, dnsService, proxyConfigMap, proxyDaemonSet } from './add-ons.ts'
import { configMaps } from './configuration.ts'
import { controlPlaneLabel, controlPlaneName } from './names.ts'
import { admitted, made, running } from './pods.ts'
import { staticPodManifests } from './static-pods.ts'

/** The machine on which the control plane runs, beside the workers: its labels keep load balancers away, its taint other pods. */
export function controlPlaneNode(): Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: controlPlaneName,
      labels: { [controlPlaneLabel]: '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' },
    },
    spec: { taints: [{ key: controlPlaneLabel, effect: 'NoSchedule' }] },
    status: {
      addresses: [
        { type: 'InternalIP', address: apiServerEndpoint.ip },
        { type: 'Hostname', address: controlPlaneName },
      ],
    },
  } as unknown as Node
}

/** As kubeadm v1.34 names them with these templates. */
const dnsHash = '66bc5c9577'
const proxyHash = '6f4c5d9d94'

/** Addresses that the network plug-in gave to the DNS servers on the control plane: they were there before there were workers. */
const dnsAddresses = ['10.244.0.2', '10.244.0.3']

/**
 * What a cluster holds a day after `kubeadm init` and the `kubeadm join` of its workers, beside what every cluster holds: as etcd has it, by
 * key. Its nodes are the control plane's and `workers`.
 */
export function kubeadmObjects(workers: readonly Node[], nowMs: number, kubelet?: KubeletConfiguration): Map<string, KubeObject> {
  const sinceMs = nowMs - clusterAgeMs
  const objects = new Map<string, KubeObject>()
  const put = <T extends KubeObject>(object: T): T => {
    objects.set(bootstrapKey(object), object)
    return object
  }
  const controlPlane = put(made(registeredNode(controlPlaneNode(), -1, nowMs), sinceMs)) as Node
  const nodes = [
    controlPlane,
    ...workers.map((worker, i) => put(made(registeredNode(worker, i, nowMs), sinceMs)) as Node),
  ]
  for (const object of [...access, ...configMaps(kubelet, sinceMs), dnsConfigMap, proxyConfigMap]) put(made(object, sinceMs))
  for (const pod of staticPods(controlPlane, sinceMs)) put(pod)
  for (const object of kubeProxy(nodes, objects, sinceMs)) put(object)
  for (const object of coreDns(controlPlane, objects, sinceMs)) put(object)
  return objects
}

function staticPods(node: Node, sinceMs: number): Pod[] {
  return staticPodManifests.map((manifest) => {
    const pod = staticPod(manifest, node, sinceMs)
    if ('error' in pod) throw new Error(`kubeadm: ${manifest.file}: ${pod.error}`)
    return running(made(mirrorPodOf(pod, node), sinceMs), node, undefined, sinceMs)
  })
}

const suffixOf = (name: string): string => new Random(0, `kubeadm names ${name}`).text(5, 'bcdfghjklmnpqrstvwxz2456789')

/** A pod that a controller has made, admitted and named. */
function ownPod(
  pod: Pod,
  node: Node,
  ip: string | undefined,
  objects: ReadonlyMap<string, KubeObject>,
  sinceMs: number,
): Pod {
  const name = `${pod.metadata.generateName}${suffixOf(`${pod.metadata.generateName}${node.metadata.name}${ip}`)}`
  const named = { ...pod, metadata: { ...pod.metadata, name, namespace: 'kube-system' } }
  return running(made(admitted(named, objects, suffixOf(`token of ${name}`)), sinceMs), node, ip, sinceMs)
}

function kubeProxy(nodes: readonly Node[], objects: ReadonlyMap<string, KubeObject>, sinceMs: number): KubeObject[] {
  const count = nodes.length
  const set = made(proxyDaemonSet, sinceMs, {
    currentNumberScheduled: count,
    desiredNumberScheduled: count,
    numberAvailable: count,
    numberMisscheduled: 0,
    numberReady: count,
    observedGeneration: 1,
    updatedNumberScheduled: count,
  })
  const { name, namespace, annotations } = set.metadata
  const labels = { ...set['spec'].template.metadata.labels, [revisionLabel]: proxyHash }
  const revision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${proxyHash}`,
      namespace,
      labels,
      annotations,
      ownerReferences: [controllerReference(set)],
    },
    data: patchOf(set),
    revision: 1,
  }
  return [
    set,
    made(revision, sinceMs),
    ...nodes.map((node) => ownPod(daemonPod(set, node.metadata.name, proxyHash), node, undefined, objects, sinceMs)),
  ]
}

function coreDns(node: Node, objects: ReadonlyMap<string, KubeObject>, sinceMs: number): KubeObject[] {
  const at = formatTime(sinceMs + 14_000)
  const condition = (type: string, reason: string, message: string) => ({
    type,
    status: 'True',
    lastUpdateTime: at,
    lastTransitionTime: type === 'Progressing' ? formatTime(sinceMs) : at,
    reason,
    message,
  })
  const replicas = dnsAddresses.length
  const set = { name: `coredns-${dnsHash}`, namespace: 'kube-system' }
  const deployment = made(
    {
      ...dnsDeployment,
      metadata: { ...dnsDeployment.metadata, annotations: { 'deployment.kubernetes.io/revision': '1' } },
    },
    sinceMs,
    {
      observedGeneration: 1,
      replicas,
      updatedReplicas: replicas,
      readyReplicas: replicas,
      availableReplicas: replicas,
      conditions: [
        condition('Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.'),
        condition('Progressing', 'NewReplicaSetAvailable', `ReplicaSet "${set.name}" has successfully progressed.`),
      ],
    },
  )
  const labels = { ...dnsDeployment.spec.selector.matchLabels, [podTemplateHash]: dnsHash }
  const { template } = deployment['spec']
  const replicaSet = made(
    {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        ...set,
        labels,
        ownerReferences: [controllerReference(deployment)],
        annotations: {
          'deployment.kubernetes.io/desired-replicas': '2',
          'deployment.kubernetes.io/max-replicas': '3',
          'deployment.kubernetes.io/revision': '1',
        },
      },
      spec: {
        replicas,
        selector: { matchLabels: labels },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    },
    sinceMs,
    {
      availableReplicas: replicas,
      fullyLabeledReplicas: replicas,
      observedGeneration: 1,
      readyReplicas: replicas,
      replicas,
    },
  )
  const pods = dnsAddresses.map((ip) =>
    ownPod(podFromTemplate(replicaSet['spec'].template, replicaSet), node, ip, objects, sinceMs),
  )
  return [deployment, replicaSet, ...pods, ...dnsBackends(pods, node, sinceMs)]
}

/** The Service, and where it leads as the controllers of endpoints have written it. */
function dnsBackends(pods: readonly Pod[], node: Node, sinceMs: number): KubeObject[] {
  const service = made(dnsService, sinceMs)
  const annotations = { [lastChangeTriggerTime]: formatTime(sinceMs + 14_000) }
  const slices = decideSlices(service, pods, () => node, []).create.map((slice) => ({
    ...slice,
    metadata: {
      ...slice.metadata,
      name: `${slice.metadata.generateName}${suffixOf('slice')}`,
      namespace: 'kube-system',
      annotations,
    },
  }))
  const { name, namespace } = service.metadata
  const endpoints = {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: { name, namespace, labels: endpointsLabels(service), annotations },
    subsets: endpointSubsets(service, pods),
  }
  return [service, ...slices.map((slice) => made(slice, sinceMs)), made(endpoints, sinceMs)]
}
