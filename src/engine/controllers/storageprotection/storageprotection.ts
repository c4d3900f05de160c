import { claimOf, claimsOf } from '../../api/podClaims.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { resource, type ComponentOptions, type ResourceRef } from '../../client/client.ts'
import { Controller, type Call, type Reconciliation } from '../../client/controller.ts'
import { keyOf } from '../../client/informer.ts'
import type { SharedInformers } from '../shared-informers.ts'

const claims = resource('persistentvolumeclaims')
const volumes = resource('persistentvolumes')
const claimFinalizer = 'kubernetes.io/pvc-protection'
const volumeFinalizer = 'kubernetes.io/pv-protection'
const attributes = resource('volumeattributesclasses', 'storage.k8s.io')
const attributesFinalizer = 'kubernetes.io/vac-protection'

/**
 * Claims that pods use, volumes that are bound and classes of attributes that something names do not go before that has ended: three
 * controllers hold a finalizer on them (pkg/controller/volume/pvcprotection, pvprotection, vacprotection).
 */
export function startStorageProtection(options: ComponentOptions, informers: SharedInformers): void {
  protectClaims(options, informers)
  protectVolumes(options, informers)
  protectAttributes(options, informers)
}

function protectClaims(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(claims)
  const { pods } = informers
  const inUse = ({ metadata: { namespace, name } }: KubeObject): boolean => {
    for (const pod of pods.byIndex('namespace', namespace!)) if (isUsing(pod, name)) return true
    return false
  }
  const controller = new Controller(options, 'pvc-protection-controller', 1, (key) => decide(claims, all.byKey(key), claimFinalizer, inUse))
  all.onChange(({ type, object }) => {
    if (type !== 'delete') controller.queue.add(keyOf(object))
  })
  pods.onChange(({ type, object }) => {
    if (type !== 'delete' && object.spec.nodeName && !hasEnded(object)) return
    for (const claim of claimsOf(object)) {
      const key = `${object.metadata.namespace}/${claim}`
      if (all.byKey(key)?.metadata.deletionTimestamp !== undefined) controller.queue.add(key)
    }
  })
}

function protectVolumes(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(volumes)
  const isBound = (volume: KubeObject): boolean => volume['status']?.phase === 'Bound'
  const controller = new Controller(options, 'pv-protection-controller', 1, (key) => decide(volumes, all.byKey(key), volumeFinalizer, isBound))
  all.onChange(({ type, object }) => {
    if (type !== 'delete') controller.queue.add(keyOf(object))
  })
}

function protectAttributes(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(attributes)
  const users = [informers.of<KubeObject>(volumes), informers.of<KubeObject>(claims)]
  const inUse = ({ metadata: { name } }: KubeObject): boolean => users.some((informer) => [...informer.all()].some((object) => attributesNamed(object).has(name)))
  const controller = new Controller(options, 'volumeattributesclass-protection-controller', 1, (key) => decide(attributes, all.byKey(key), attributesFinalizer, inUse))
  all.onChange(({ type, object }) => {
    if (type !== 'delete') controller.queue.add(keyOf(object))
  })
  for (const informer of users) {
    informer.onChange(({ type, object, old }) => {
      const left = type === 'delete' ? attributesNamed(object) : old === undefined ? [] : [...attributesNamed(old)].filter((name) => !attributesNamed(object).has(name))
      for (const name of left) controller.queue.add(name)
    })
  }
}

/** The classes that a claim or a volume wants, has, or is about to have. */
function attributesNamed({ spec, status }: KubeObject): ReadonlySet<string> {
  const names = [spec?.volumeAttributesClassName, status?.currentVolumeAttributesClassName, status?.modifyVolumeStatus?.targetVolumeAttributesClassName]
  return new Set(names.filter((name) => typeof name === 'string' && name !== ''))
}

/** The finalizer goes when the object is to end and nothing uses it; an object that has none gets it. */
function decide(info: ResourceRef, object: KubeObject | undefined, finalizer: string, inUse: (object: KubeObject) => boolean): Reconciliation {
  if (object === undefined) return {}
  const { finalizers = [], deletionTimestamp } = object.metadata
  const has = finalizers.includes(finalizer)
  if (deletionTimestamp === undefined) return has ? {} : { calls: [withFinalizers(info, object, [...finalizers, finalizer])] }
  if (!has || inUse(object)) return {}
  return { calls: [withFinalizers(info, object, finalizers.filter((name) => name !== finalizer))] }
}

function withFinalizers(info: ResourceRef, object: KubeObject, finalizers: string[]): Call {
  const { namespace, name } = object.metadata
  return { verb: 'update', info, namespace, name, body: { ...object, metadata: { ...object.metadata, finalizers } }, tolerate: [404] }
}

const hasEnded = ({ status }: Pod): boolean => status.phase === 'Succeeded' || status.phase === 'Failed'

/**
 * A pod that no node has yet uses nothing; one that has ended still uses its claims while it is there, but for those that live and die with it
 * (podUsesPVC, podIsShutDown).
 */
function isUsing(pod: Pod, claim: string): boolean {
  if (!pod.spec.nodeName) return false
  const { deletionTimestamp, deletionGracePeriodSeconds } = pod.metadata
  const shutDown = deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0
  return (pod.spec.volumes ?? []).some((volume) => claimOf(pod, volume) === claim && !(shutDown && volume.ephemeral !== undefined))
}
