import { applyDefaults } from '../api/defaults/defaults.ts'
import { extended } from '../api/extended.ts'
import { prepareForCreate } from '../api/prepare.ts'
import { findResource } from '../api/resources.ts'
import { formatTime } from '../api/time.ts'
import type { Container, ContainerStatus, KubeObject, Node, Pod } from '../api/types.ts'
import { priorityClasses } from '../bootstrap.ts'
import { isMutated, isRefusal, type AdmissionContext, type MutatingPlugin } from '../apiserver/admission/plugin.ts'
import { defaultTolerationSeconds } from '../apiserver/admission/default-toleration-seconds.ts'
import { priority } from '../apiserver/admission/priority.ts'
import { serviceAccount } from '../apiserver/admission/service-account.ts'
import { madeUid } from '../dump/take.ts'
import { Random } from '../kernel/random.ts'
import { lookupImage } from '../runtime/images.ts'

const info = findResource('', 'v1', 'pods')!

/** What admission makes of a new pod here (apiserver/admission), its kube-api-access volume named by `suffix`. */
export function admitted(pod: KubeObject, objects: ReadonlyMap<string, KubeObject>, suffix: string): KubeObject {
  const context: AdmissionContext = {
    get: (plural, namespace, name) =>
      plural === 'priorityclasses'
        ? (priorityClasses.find(({ metadata }) => metadata.name === name) as KubeObject | undefined)
        : objects.get(`${plural}/${namespace}/${name}`),
    list: () => [],
    nowMs: () => 0,
    authorize: () => ({ allowed: true }) as never,
    dial: () => 'timeout',
    answerTo: () => undefined,
    mayAsk: false,
    uuid: () => '',
    randomSuffix: () => suffix,
  }
  return [serviceAccount, defaultTolerationSeconds, priority].reduce((object: KubeObject, plugin: MutatingPlugin) => {
    const { name, namespace } = object.metadata
    const next = plugin.mutate(
      {
        operation: 'CREATE',
        info,
        subresource: undefined,
        namespace,
        name,
        object,
        old: undefined,
        user: { name: '', groups: [] },
        dryRun: false,
      },
      context,
    )
    if (isRefusal(next)) throw new Error(`kubeadm: pod ${name}: ${next.refused.message}`)
    return isMutated(next) ? next.object : next
  }, pod)
}

/** Virtual ms since the cluster was made: the kubelet has the pod, its containers have started, it is ready. */
const startedMs = 3000
const readyMs = 14_000

/** The pod as its kubelet reports it when it has run since the cluster was made, at `sinceMs`. */
export function running(
  given: KubeObject,
  { metadata: { name: nodeName }, status: { addresses } }: Node,
  podIP: string | undefined,
  sinceMs: number,
): Pod {
  const { spec } = given as Pod
  const placed = {
    ...given,
    metadata: extended(given.metadata, { creationTimestamp: formatTime(sinceMs) }),
    spec: extended(spec, { nodeName }),
  }
  const pod = prepareForCreate(applyDefaults(placed as KubeObject), sinceMs) as Pod
  const at = (ms: number): string => formatTime(sinceMs + ms)
  const condition = (type: string, ms: number) => ({
    type,
    status: 'True',
    lastProbeTime: null,
    lastTransitionTime: at(ms),
    observedGeneration: 1,
  })
  const hostIP = addresses!.find(({ type }) => type === 'InternalIP')!.address
  const ip = podIP ?? hostIP
  const status = {
    phase: 'Running',
    conditions: [
      condition('PodReadyToStartContainers', startedMs),
      condition('Initialized', 0),
      condition('Ready', readyMs),
      condition('ContainersReady', readyMs),
      condition('PodScheduled', 0),
    ],
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP: ip,
    podIPs: [{ ip }],
    startTime: at(0),
    containerStatuses: pod.spec.containers.map((container) => runningContainer(pod, container, at(startedMs))),
    qosClass: pod.status.qosClass,
    observedGeneration: 1,
  }
  return { ...pod, status } as Pod
}

function runningContainer(
  { metadata: { uid } }: Pod,
  { name, image = '', resources = {}, volumeMounts }: Container,
  startedAt: string,
): ContainerStatus {
  const known = lookupImage(image)!
  return {
    name,
    state: { running: { startedAt } },
    lastState: {},
    ready: true,
    restartCount: 0,
    image: known.reference,
    imageID: `${known.repository}@${known.digest}`,
    containerID: `containerd://${new Random(0, `container ${uid} ${name}`).text(64, '0123456789abcdef')}`,
    started: true,
    ...(resources.requests === undefined ? {} : { allocatedResources: resources.requests as Record<string, string> }),
    resources,
    ...(volumeMounts === undefined
      ? {}
      : {
          volumeMounts: volumeMounts.map((mount) =>
            mount.readOnly === true ? { ...mount, recursiveReadOnly: 'Disabled' } : mount,
          ),
        }),
  }
}

/** As the API server would have stored it on the day the cluster was made; `status` is what became of it since. */
export function made(given: object, sinceMs: number, status?: object): KubeObject {
  const object = given as KubeObject
  const {
    apiVersion,
    kind,
    metadata: { namespace = '', name },
  } = object
  const metadata = extended(object.metadata, {
    uid: madeUid(`kubeadm ${apiVersion}/${kind}/${namespace}/${name}`),
    creationTimestamp: formatTime(sinceMs),
  })
  const prepared = prepareForCreate(applyDefaults({ ...object, metadata }), sinceMs)
  return status === undefined ? prepared : { ...prepared, status }
}
