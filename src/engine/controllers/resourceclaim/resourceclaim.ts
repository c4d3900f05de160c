/** Claims for pods, from templates, and the end of claims (pkg/controller/resourceclaim, KEP-4381). */
import { canBeReserved, claimFinalizer, claimNameOf, consumerOf, isReservedFor, notMadeForPod, podClaimsOf, type PodClaim, type ResourceClaim } from '../../api/resourceClaims.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { resource, type ComponentOptions } from '../../client/client.ts'
import { ask, Controller, isRefusal, must, type Call, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import { controllerReference, hasEnded, podsResource } from '../common/pods.ts'
import type { SharedInformers } from '../shared-informers.ts'

const claims = resource('resourceclaims', 'resource.k8s.io')
const templates = resource('resourceclaimtemplates', 'resource.k8s.io')
const claimAnnotation = 'resource.kubernetes.io/pod-claim-name'
const longestName = 57

export function startResourceClaims(options: ComponentOptions, informers: SharedInformers): void {
  new ResourceClaims(options, informers)
}

class ResourceClaims {
  private readonly pods: Informer<Pod>
  private readonly claims: Informer<ResourceClaim>
  private readonly templates: Informer<KubeObject>
  private readonly controller: Controller
  /** By the key of a claim: those of the pods that use it. */
  private readonly users = new Map<string, Set<string>>()

  constructor(options: ComponentOptions, informers: SharedInformers) {
    this.pods = informers.pods
    this.claims = informers.of(claims)
    this.templates = informers.of(templates)
    const sync = (key: string): Routine => (key.startsWith('pod:') ? this.syncPod(key.slice(4)) : this.syncClaim(key.slice(6)))
    this.controller = new Controller(options, 'resource-claim-controller', 10, sync, 'resource_claim')
    this.pods.onChange(({ type, object }) => {
      if (podClaimsOf(object).length > 0) this.podChanged(object, type === 'delete')
    })
    this.claims.onChange(({ type, object }) => {
      if (type !== 'delete') this.controller.queue.add(`claim:${keyOf(object)}`)
      for (const pod of this.users.get(keyOf(object)) ?? []) this.controller.queue.add(`pod:${pod}`)
    })
  }

  private podChanged(pod: Pod, isGone: boolean): void {
    for (const entry of podClaimsOf(pod)) {
      const name = claimNameOf(pod, entry)
      if (!name) continue
      const key = `${pod.metadata.namespace}/${name}`
      const users = this.users.get(key) ?? new Set()
      if (isGone) users.delete(keyOf(pod))
      else users.add(keyOf(pod))
      if (users.size > 0) this.users.set(key, users)
      else this.users.delete(key)
      if (isGone || isDone(pod)) this.controller.queue.add(`claim:${key}`)
    }
    if (!isGone && pod.metadata.deletionTimestamp === undefined) this.controller.queue.add(`pod:${keyOf(pod)}`)
  }

  private *syncPod(key: string): Routine {
    const pod = this.pods.byKey(key)
    if (pod === undefined || pod.metadata.deletionTimestamp !== undefined || hasEnded(pod)) return
    const made: { name: string; resourceClaimName: string }[] = []
    for (const entry of podClaimsOf(pod)) {
      const found = yield* this.provide(pod, entry)
      if (found === 'failed') return { failed: true }
      if (found !== undefined) made.push({ name: entry.name, resourceClaimName: found })
    }
    if (made.length > 0) yield* must(statusCall(pod, made))
    // Before it has a node, the scheduler reserves what it chooses.
    if (!pod.spec.nodeName) return
    for (const entry of podClaimsOf(pod)) {
      const claim = this.claimOf(pod, entry)
      if (claim?.status?.allocation === undefined || isReservedFor(claim, pod) || !canBeReserved(claim)) continue
      if (entry.resourceClaimTemplateName !== undefined && notMadeForPod(pod, claim) !== undefined) return { failed: true }
      yield* must(updateStatus(claim, { ...claim.status, reservedFor: [...(claim.status.reservedFor ?? []), consumerOf(pod)] }))
    }
  }

  /** The name of a claim that the pod's status does not tell yet; undefined when nothing is to be told. */
  private *provide(pod: Pod, entry: PodClaim): Routine<string | undefined> {
    if (entry.resourceClaimTemplateName === undefined || claimNameOf(pod, entry) === null) return undefined
    const present = this.claimOf(pod, entry)
    if (present !== undefined && notMadeForPod(pod, present) === undefined) return undefined
    const orphan = this.claimMadeFor(pod, entry)
    if (orphan !== undefined) return orphan.metadata.name
    const template = this.templates.get(pod.metadata.namespace, entry.resourceClaimTemplateName)
    const missing = `resource claim template "${entry.resourceClaimTemplateName}": resourceclaimtemplate.resource.k8s.io "${entry.resourceClaimTemplateName}" not found`
    if (template === undefined) return this.complain(pod, entry, missing)
    const response = yield* ask({ verb: 'create', info: claims, namespace: pod.metadata.namespace!, body: claimFrom(template, pod, entry) })
    if (isRefusal(response)) return this.complain(pod, entry, `create ResourceClaim : ${(response.body as { message?: string }).message ?? ''}`)
    return (response.body as KubeObject).metadata.name
  }

  private complain(pod: Pod, { name }: PodClaim, why: string): 'failed' {
    this.controller.recorder.event(pod, 'Warning', 'FailedResourceClaimCreation', `PodResourceClaim ${name}: ${why}`)
    return 'failed'
  }

  private claimOf(pod: Pod, entry: PodClaim): ResourceClaim | undefined {
    const name = claimNameOf(pod, entry)
    return name ? this.claims.get(pod.metadata.namespace, name) : undefined
  }

  /** One that was made, though the pod's status could not be written. */
  private claimMadeFor(pod: Pod, { name }: PodClaim): ResourceClaim | undefined {
    for (const claim of this.claims.byIndex('controller', pod.metadata.uid)) if (claim.metadata.annotations?.[claimAnnotation] === name) return claim
    return undefined
  }

  /** Pods that need it no more are taken from its list; with the last it gives its devices back, and goes when it was made for a pod that will not run. */
  private *syncClaim(key: string): Routine {
    let claim = this.claims.byKey(key)
    if (claim === undefined) return
    const before = claim.status?.reservedFor ?? []
    const valid = before.filter(({ name, uid }) => {
      const pod = this.pods.get(claim!.metadata.namespace, name)
      return pod !== undefined && pod.metadata.uid === uid && !isDone(pod)
    })
    const isHeld = claim.metadata.finalizers?.includes(claimFinalizer) === true
    const isReleased = valid.length === 0 && isHeld && (before.length > 0 || claim.metadata.deletionTimestamp !== undefined)
    if (valid.length < before.length || (isReleased && claim.status?.allocation !== undefined)) claim = (yield* must(updateStatus(claim, statusWithout(claim, valid, isReleased)))) as ResourceClaim
    if (isReleased) yield* must(update({ ...claim, metadata: { ...claim.metadata, finalizers: (claim.metadata.finalizers ?? []).filter((name) => name !== claimFinalizer) } }))
    const owner = claim.metadata.ownerReferences?.find(({ controller, kind }) => controller === true && kind === 'Pod')
    const pod = owner === undefined ? undefined : this.pods.get(claim.metadata.namespace, owner.name)
    if (valid.length > 0 || pod === undefined || claim.metadata.deletionTimestamp !== undefined) return
    if (pod.metadata.uid !== owner!.uid || isDone(pod)) yield* must({ verb: 'delete', info: claims, namespace: claim.metadata.namespace!, name: claim.metadata.name, tolerate: [404] })
  }
}

/** It has ended, or will never begin. */
const isDone = (pod: Pod): boolean => hasEnded(pod) || (pod.metadata.deletionTimestamp !== undefined && !pod.spec.nodeName)

type Status = NonNullable<ResourceClaim['status']>

function statusWithout({ status }: ResourceClaim, reservedFor: NonNullable<Status['reservedFor']>, isReleased: boolean): Status {
  const { reservedFor: _, allocation, ...rest } = status ?? {}
  return { ...rest, ...(allocation === undefined || isReleased ? {} : { allocation }), ...(reservedFor.length === 0 ? {} : { reservedFor }) }
}

function update(claim: ResourceClaim, subresource?: string): Call {
  const { namespace, name } = claim.metadata
  return { verb: 'update', info: claims, namespace: namespace!, name, body: claim, ...(subresource === undefined ? {} : { subresource }) }
}

const updateStatus = (claim: ResourceClaim, status: Status): Call => update({ ...claim, status }, 'status')

function statusCall({ metadata: { namespace, name } }: Pod, resourceClaimStatuses: readonly object[]): Call {
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace }, status: { resourceClaimStatuses } }
  return { verb: 'patch', info: podsResource, subresource: 'status', namespace: namespace!, name, body, contentType: 'application/apply-patch+yaml', query: { fieldManager: 'ResourceClaimController', force: 'true' } }
}

function claimFrom(template: KubeObject, pod: Pod, { name }: PodClaim): object {
  const { metadata: { labels, annotations } = {}, spec } = template['spec'] as { metadata?: KubeObject['metadata']; spec: object }
  const metadata = {
    generateName: generatedName(pod.metadata.name, name),
    annotations: { ...annotations, [claimAnnotation]: name },
    ...(labels === undefined ? {} : { labels }),
    ownerReferences: [controllerReference(pod as unknown as KubeObject)],
  }
  return { apiVersion: 'resource.k8s.io/v1', kind: 'ResourceClaim', metadata, spec }
}

/** Both parts are cut in proportion when there is no room for the end that the server gives. */
function generatedName(pod: string, entry: string): string {
  const whole = `${pod}-${entry}-`
  if (whole.length <= longestName) return whole
  const cut = (part: string): string => part.slice(0, Math.floor((part.length * longestName) / whole.length))
  return `${cut(pod)}-${cut(entry)}`
}
