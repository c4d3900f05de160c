import { semanticEqual } from '../../api/equality.ts'
import type { KubeObject, Pod } from '../../api/types.ts'
import { ask, isRefusal, must, Refused, type Controller, type Reconciliation, type Routine } from '../../client/controller.ts'
import { sameTemplate } from '../common/hash.ts'
import { controllerOf } from '../common/owner.ts'
import { revisionAnnotation } from './annotations.ts'
import {
  activeOrLatest, isRollingUpdate, isSaturated, isScalingEvent, maxSurgeOf, newSetReplicas, replicasOf, scaleDownOld, scaleProportionally,
  surplusHistory,
} from './arithmetic.ts'
import { deployments, replicaSets } from './resources.ts'
import { createdSet, findNewSet, scaledSet, updatedSet, type SetPlan } from './replica-sets.ts'
import {
  calculateStatus, condition, deadlineCheckMs, findCondition, hasProgressDeadline, isComplete, rolloutStatus, setCondition, timedOut,
  type DeploymentStatus,
} from './status.ts'

/** What the controller knows of ReplicaSets and their pods besides those that the Deployment owns; as late as any copy. */
export interface ReplicaSetCopy {
  named: (name: string) => KubeObject | undefined
  podsOf: (set: KubeObject) => readonly Pod[]
}

/**
 * One look at a Deployment and what follows from it (pkg/controller/deployment: sync.go, rolling.go, recreate.go, progress.go). It keeps
 * its own copy of the Deployment, as upstream does: what it writes on the way is in the copy, but not the version that the server gave to
 * the write, so that a later write of the same look may meet a conflict. That is ordinary; the key is looked at again.
 */
export class Rollout {
  private readonly controller: Controller
  private readonly sets: readonly KubeObject[]
  private readonly copy: ReplicaSetCopy
  private deployment: KubeObject

  constructor(controller: Controller, deployment: KubeObject, sets: readonly KubeObject[], copy: ReplicaSetCopy) {
    this.controller = controller
    this.deployment = deployment
    this.sets = sets
    this.copy = copy
  }

  *run(): Routine {
    if (this.deployment.metadata.deletionTimestamp !== undefined) return yield* this.syncStatusOnly()
    yield* this.checkPaused()
    if (this.deployment['spec'].paused === true) return yield* this.syncScale()
    const newSet = yield* this.newSet(false)
    if (isScalingEvent(this.deployment, this.allWith(newSet))) return yield* this.syncScale()
    return isRollingUpdate(this.deployment) ? yield* this.rolling() : yield* this.recreate()
  }

  private split(): { newSet: KubeObject | undefined; old: readonly KubeObject[] } {
    const newSet = findNewSet(this.deployment, this.sets)
    return { newSet, old: this.sets.filter((set) => set !== newSet) }
  }

  private oldSets(): readonly KubeObject[] {
    return this.split().old
  }

  // --- what is there -------------------------------------------------------------------------------

  private *syncStatusOnly(): Routine {
    const newSet = yield* this.newSet(false)
    return yield* this.writeStatus(calculateStatus(this.deployment, this.allWith(newSet), newSet, this.controller.now))
  }

  private allWith(newSet: KubeObject | undefined): readonly KubeObject[] {
    return newSet === undefined ? this.oldSets() : [...this.oldSets(), newSet]
  }

  /** Pausing and going on are noted as progress, so that the deadline does not run meanwhile (checkPausedConditions). */
  private *checkPaused(): Routine<void> {
    const { deployment, controller: { now } } = this
    if (!hasProgressDeadline(deployment)) return
    const current = findCondition(deployment['status'], 'Progressing')
    if (current?.reason === timedOut) return
    const noted = current?.reason === 'DeploymentPaused'
    const paused = deployment['spec'].paused === true
    if (paused === noted) return
    yield* this.updateStatus(setCondition(deployment['status'] ?? {}, paused
      ? condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused', now)
      : condition('Progressing', 'Unknown', 'DeploymentResumed', 'Deployment is resumed', now)))
  }

  /** The set of the present template with the annotations it should have; made when it is missing and wanted (getNewReplicaSet). */
  private *newSet(create: boolean): Routine<KubeObject | undefined> {
    const { newSet, old } = this.split()
    if (newSet === undefined) return create ? yield* this.createSet(old) : undefined
    const updated = updatedSet(this.deployment, newSet, old)
    if (updated !== undefined) return yield* this.updateSet(updated)
    const revision = newSet.metadata.annotations?.[revisionAnnotation]
    let changed = this.noteRevision(revision)
    const { deployment, controller: { now } } = this
    if (hasProgressDeadline(deployment) && findCondition(deployment['status'], 'Progressing') === undefined) {
      this.note(condition('Progressing', 'True', 'FoundNewReplicaSet', `Found new replica set "${newSet.metadata.name}"`, now))
      changed = true
    }
    if (changed) yield* this.updateStatus(this.deployment['status'])
    return newSet
  }

  private *createSet(old: readonly KubeObject[]): Routine<KubeObject> {
    const plan = createdSet(this.deployment, old)
    const { namespace } = this.deployment.metadata
    const response = yield* ask({ verb: 'create', info: replicaSets, namespace, body: plan.set })
    const refused = isRefusal(response) ? new Refused(response) : undefined
    const set = refused === undefined ? (response.body as KubeObject) : yield* this.creationRefused(plan, refused)
    const { recorder, now } = this.controller
    if (refused === undefined && plan.replicas > 0) {
      recorder.event(this.deployment, 'Normal', 'ScalingReplicaSet', `Scaled up replica set ${set.metadata.name} from 0 to ${plan.replicas}`)
    }
    let changed = this.noteRevision(String(plan.revision))
    if (refused === undefined && hasProgressDeadline(this.deployment)) {
      this.note(condition('Progressing', 'True', 'NewReplicaSetCreated', `Created new replica set "${set.metadata.name}"`, now))
      changed = true
    }
    if (changed) yield* this.updateStatus(this.deployment['status'])
    return set
  }

  /** The set of that name, when it is there and the right one after all; a name that another template has taken is counted, and the next is another one. */
  private *creationRefused(plan: SetPlan, refused: Refused): Routine<KubeObject> {
    const { deployment } = this
    if (refused.code === 409 && refused.status.reason === 'AlreadyExists') {
      const present = this.copy.named(plan.set.metadata.name)
      // The copy is late: what it will show is not known yet.
      if (present === undefined) throw refused
      const own = controllerOf(present)?.uid === deployment.metadata.uid
      if (own && sameTemplate(present['spec'].template, deployment['spec'].template)) return present
      const collisionCount = (deployment['status']?.collisionCount ?? 0) + 1
      yield* this.updateStatus({ ...deployment['status'], collisionCount })
    } else if (!refused.namespaceEnds) {
      const message = `Failed to create new replica set "${plan.set.metadata.name}": ${refused.message}`
      if (hasProgressDeadline(deployment)) {
        yield* this.updateStatus(setCondition(deployment['status'] ?? {}, condition('Progressing', 'False', 'ReplicaSetCreateError', message, this.controller.now)))
      }
      this.controller.recorder.event(deployment, 'Warning', 'ReplicaSetCreateError', message)
    }
    throw refused
  }

  private noteRevision(revision: string | undefined): boolean {
    const { deployment } = this
    if (revision === undefined || deployment.metadata.annotations?.[revisionAnnotation] === revision) return false
    const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision }
    this.deployment = { ...deployment, metadata: { ...deployment.metadata, annotations } }
    return true
  }

  private note(next: ReturnType<typeof condition>): void {
    this.deployment = { ...this.deployment, status: setCondition(this.deployment['status'] ?? {}, next) }
  }

  // --- strategies ----------------------------------------------------------------------------------

  private *rolling(): Routine {
    const newSet = (yield* this.newSet(true))!
    const old = this.oldSets()
    const up = replicasOf(newSet) > replicasOf(this.deployment)
      ? replicasOf(this.deployment)
      : newSetReplicas(this.deployment, [...old, newSet], replicasOf(newSet))
    if (up !== replicasOf(newSet)) {
      const scaledUp = yield* this.scaleSet(newSet, up)
      return yield* this.rolloutStatus([...old, scaledUp], scaledUp)
    }
    const passes = scaleDownOld(this.deployment, old.filter((set) => replicasOf(set) > 0), newSet)
    const after = new Map<string, KubeObject>()
    for (const { set, to } of passes.flat()) after.set(set.metadata.uid, yield* this.scaleSet(after.get(set.metadata.uid) ?? set, to))
    if (passes.length === 0 && isComplete(this.deployment, this.deployment['status'] ?? {})) yield* this.cleanUp(old)
    return yield* this.rolloutStatus([...old.map((set) => after.get(set.metadata.uid) ?? set), newSet], newSet)
  }

  private *recreate(): Routine {
    let newSet = yield* this.newSet(false)
    const old = this.oldSets()
    const active = old.filter((set) => replicasOf(set) > 0)
    if (active.length > 0) {
      const after = new Map<string, KubeObject>()
      for (const set of active) after.set(set.metadata.uid, yield* this.scaleSet(set, 0))
      return yield* this.rolloutStatus([...old.map((set) => after.get(set.metadata.uid) ?? set), ...(newSet === undefined ? [] : [newSet])], newSet)
    }
    if (old.some((set) => (set['status']?.replicas ?? 0) > 0 || this.copy.podsOf(set).some(stillRuns))) return yield* this.rolloutStatus(this.allWith(newSet), newSet)
    newSet ??= (yield* this.newSet(true))!
    const scaledUp = yield* this.scaleSet(newSet, replicasOf(this.deployment))
    if (isComplete(this.deployment, this.deployment['status'] ?? {})) yield* this.cleanUp(old)
    return yield* this.rolloutStatus([...old, scaledUp], scaledUp)
  }

  /** Paused, or spec.replicas has changed: nothing is rolled, only scaled (sync). */
  private *syncScale(): Routine {
    const newSet = yield* this.newSet(false)
    const old = this.oldSets()
    yield* this.scale(newSet, old)
    if (this.deployment['spec'].paused === true) yield* this.cleanUp(old)
    // The numbers are those from before: what the sets make of their new size is seen in a later look.
    return yield* this.writeStatus(calculateStatus(this.deployment, this.allWith(newSet), newSet, this.controller.now))
  }

  private *scale(newSet: KubeObject | undefined, old: readonly KubeObject[]): Routine<void> {
    const { deployment } = this
    const single = activeOrLatest(newSet, old)
    if (single !== undefined) {
      if (replicasOf(single) !== replicasOf(deployment)) yield* this.scaleSet(single, replicasOf(deployment))
      return
    }
    const activeOld = old.filter((set) => replicasOf(set) > 0)
    if (isSaturated(deployment, newSet)) {
      for (const set of activeOld) yield* this.scaleSet(set, 0)
    } else if (isRollingUpdate(deployment)) {
      const active = [...activeOld, ...(newSet !== undefined && replicasOf(newSet) > 0 ? [newSet] : [])]
      for (const { set, to } of scaleProportionally(deployment, active)) yield* this.scaleSet(set, to, true)
    }
  }

  // --- writes --------------------------------------------------------------------------------------

  private *updateSet(set: KubeObject): Routine<KubeObject> {
    const { namespace, name } = set.metadata
    return yield* must({ verb: 'update', info: replicaSets, namespace, name, body: set })
  }

  /** `annotate`: the numbers it was scaled by are noted even when its own does not change. */
  private *scaleSet(set: KubeObject, to: number, annotate = false): Routine<KubeObject> {
    const { deployment, controller } = this
    const from = replicasOf(set)
    const next = scaledSet(deployment, set, to, replicasOf(deployment) + maxSurgeOf(deployment))
    if (next === undefined || (from === to && !annotate)) return set
    const written = yield* this.updateSet(next)
    if (from !== to) {
      const way = from < to ? 'up' : 'down'
      controller.recorder.event(deployment, 'Normal', 'ScalingReplicaSet', `Scaled ${way} replica set ${set.metadata.name} from ${from} to ${to}`)
    }
    return written
  }

  private *cleanUp(old: readonly KubeObject[]): Routine<void> {
    for (const { metadata: { namespace, name } } of surplusHistory(this.deployment, old)) {
      yield* must({ verb: 'delete', info: replicaSets, namespace, name, body: {}, tolerate: [404] })
    }
  }

  private *rolloutStatus(sets: readonly KubeObject[], newSet: KubeObject | undefined): Routine<Reconciliation> {
    const status = rolloutStatus(this.deployment, sets, newSet, this.controller.now)
    if (!semanticEqual(status, this.deployment['status'] ?? {})) return yield* this.writeStatus(status)
    const requeueAfterMs = deadlineCheckMs(this.deployment, status, this.controller.now)
    return requeueAfterMs === undefined ? {} : { requeueAfterMs }
  }

  private *writeStatus(status: DeploymentStatus): Routine<Reconciliation> {
    if (!semanticEqual(status, this.deployment['status'] ?? {})) yield* this.updateStatus(status)
    return {}
  }

  private *updateStatus(status: DeploymentStatus): Routine<void> {
    const { namespace, name } = this.deployment.metadata
    const body = { ...this.deployment, status }
    yield* must({ verb: 'update', info: deployments, subresource: 'status', namespace, name, body })
    this.deployment = body
  }
}

/** Neither ended nor evicted: Recreate waits for it (oldPodsRunning). */
function stillRuns({ status }: Pod): boolean {
  return status.phase !== 'Failed' && status.phase !== 'Succeeded'
}
