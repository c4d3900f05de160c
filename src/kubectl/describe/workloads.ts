import { isSelectorError, formatLabelSelector, formatSelector, selectorFromSet, selectorOf, type LabelSelector } from '../../engine/api/selector.ts'
import type { Event, KubeObject, Pod } from '../../engine/api/types.ts'
import { CommandError, KubectlError } from '../errors.ts'
import { podsResource } from '../podsOf.ts'
import { replicaSetsOf } from '../replicaSets.ts'
import type { Session, Task } from '../session.ts'
import { getObject } from '../fileTargets.ts'
import { listObjects } from '../targets.ts'
import { typed, type Describer } from './describer.ts'
import { eventsOf, writeEvents } from './events.ts'
import { writePodTemplate } from './podTemplate.ts'
import { storageClassOf } from '../../engine/api/storageClass.ts'
import { amount, controllerOf, dateOf, Description, goList, writeAnnotations, writeConditions, writeLabels } from './writer.ts'

export function selectorText(selector: LabelSelector | undefined): string {
  const parsed = selectorOf(selector)
  if (isSelectorError(parsed)) throw new CommandError(parsed.error)
  return formatSelector(parsed)
}

/** "2 Running / 1 Waiting / 0 Succeeded / 0 Failed": the pods that the object controls. */
function* podCounts(session: Session, { metadata }: KubeObject, labelSelector: string): Task<string> {
  const { items } = yield* listObjects(session, { resource: podsResource, namespace: metadata.namespace ?? '', labelSelector })
  const own = (items as Pod[]).filter((pod) => pod.metadata.ownerReferences?.some((ref) => ref.controller && ref.uid === metadata.uid))
  const count = (phase: string) => own.filter((pod) => pod.status.phase === phase).length
  return `${count('Running')} Running / ${count('Pending')} Waiting / ${count('Succeeded')} Succeeded / ${count('Failed')} Failed`
}

type Write = (w: Description, object: KubeObject, pods: string) => void

/** The object, its pods counted, its events. */
function controller(selectorOfObject: (object: KubeObject) => string, write: Write, afterwards = false): Describer {
  return function* (session, target) {
    const object = typed(target, yield* getObject(session, target))
    const pods = afterwards
      ? yield* podCountsOrWhy(session, object, selectorOfObject(object))
      : yield* podCounts(session, object, selectorOfObject(object))
    const events = yield* eventsOf(session, object)
    const w = new Description(session.input.now())
    write(w, object, pods)
    writeEvents(w, events)
    return w.text()
  }
}

/** A replica set is described even to those who may not see its pods. */
function* podCountsOrWhy(session: Session, object: KubeObject, labelSelector: string): Task<string> {
  try {
    return yield* podCounts(session, object, labelSelector)
  } catch (error) {
    if (error instanceof KubectlError) return `error in fetching pods: ${error.message}`
    throw error
  }
}

export const describeReplicationController = controller(
  ({ spec }) => formatSelector(selectorFromSet(spec?.selector ?? {})),
  (w, { metadata, spec, status }, pods) => {
    w.line(0, `Name:\t${metadata.name}`)
    w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
    w.line(0, `Selector:\t${formatSelector(selectorFromSet(spec?.selector ?? {})) || '<none>'}`)
    writeLabels(w, 'Labels', metadata.labels)
    writeAnnotations(w, 'Annotations', metadata.annotations)
    w.line(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec?.replicas ?? 1} desired`)
    w.line(0, `Pods Status:\t${pods}`)
    writePodTemplate(w, spec?.template)
    writeConditions(w, status?.conditions)
  },
)

export const describeReplicaSet = controller(
  ({ spec }) => selectorText(spec?.selector),
  (w, { metadata, spec, status }, pods) => {
    w.line(0, `Name:\t${metadata.name}`)
    w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
    w.line(0, `Selector:\t${formatLabelSelector(spec?.selector)}`)
    writeLabels(w, 'Labels', metadata.labels)
    writeAnnotations(w, 'Annotations', metadata.annotations)
    const owner = controllerOf(metadata)
    if (owner) w.line(0, `Controlled By:\t${owner}`)
    w.line(0, `Replicas:\t${status?.replicas ?? 0} current / ${spec?.replicas ?? 1} desired`)
    w.line(0, `Pods Status:\t${pods}`)
    writePodTemplate(w, spec?.template)
    writeConditions(w, status?.conditions)
  },
  true,
)

export const describeDaemonSet = controller(
  ({ spec }) => selectorText(spec?.selector),
  (w, { metadata, spec, status }, pods) => {
    w.line(0, `Name:\t${metadata.name}`)
    w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
    w.line(0, `Selector:\t${selectorText(spec?.selector)}`)
    w.line(0, `Node-Selector:\t${formatSelector(selectorFromSet(spec?.template?.spec?.nodeSelector ?? {})) || '<none>'}`)
    writeLabels(w, 'Labels', metadata.labels)
    writeAnnotations(w, 'Annotations', metadata.annotations)
    w.line(0, `Desired Number of Nodes Scheduled: ${status?.desiredNumberScheduled ?? 0}`)
    w.line(0, `Current Number of Nodes Scheduled: ${status?.currentNumberScheduled ?? 0}`)
    w.line(0, `Number of Nodes Scheduled with Up-to-date Pods: ${status?.updatedNumberScheduled ?? 0}`)
    w.line(0, `Number of Nodes Scheduled with Available Pods: ${status?.numberAvailable ?? 0}`)
    w.line(0, `Number of Nodes Misscheduled: ${status?.numberMisscheduled ?? 0}`)
    w.line(0, `Pods Status:\t${pods}`)
    writePodTemplate(w, spec?.template)
  },
)

export const describeStatefulSet = controller(
  ({ spec }) => selectorText(spec?.selector),
  (w, { metadata, spec, status }, pods) => {
    w.line(0, `Name:\t${metadata.name}`)
    w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
    w.line(0, `CreationTimestamp:\t${dateOf(metadata.creationTimestamp)}`)
    w.line(0, `Selector:\t${selectorText(spec?.selector)}`)
    writeLabels(w, 'Labels', metadata.labels)
    writeAnnotations(w, 'Annotations', metadata.annotations)
    w.line(0, `Replicas:\t${spec?.replicas ?? 1} desired | ${status?.replicas ?? 0} total`)
    w.line(0, `Update Strategy:\t${spec?.updateStrategy?.type ?? ''}`)
    const rolling = spec?.updateStrategy?.rollingUpdate
    if (rolling?.partition !== undefined) {
      w.line(1, `Partition:\t${rolling.partition}`)
      if (rolling.maxUnavailable !== undefined) w.line(1, `MaxUnavailable:\t${rolling.maxUnavailable}`)
    }
    w.line(0, `Pods Status:\t${pods}`)
    writePodTemplate(w, spec?.template)
    writeClaimTemplates(w, spec?.volumeClaimTemplates)
  },
)

function writeClaimTemplates(w: Description, templates: readonly KubeObject[] | undefined): void {
  if (!templates?.length) return w.line(0, 'Volume Claims:\t<none>')
  w.line(0, 'Volume Claims:')
  for (const template of templates) {
    const { metadata, spec } = template
    w.line(1, `Name:\t${metadata.name}`)
    w.line(1, `StorageClass:\t${storageClassOf(template)}`)
    writeLabels(w, 'Labels', metadata.labels, '  ')
    writeLabels(w, 'Annotations', metadata.annotations, '  ')
    const capacity = spec?.resources?.requests?.storage
    w.line(1, `Capacity:\t${capacity === undefined ? '<default>' : amount(capacity)}`)
    w.line(1, `Access Modes:\t${goList(spec?.accessModes)}`)
  }
}

export const describeDeployment: Describer = function* (session, target) {
  const deployment = typed(target, yield* getObject(session, target))
  const events = yield* eventsOf(session, deployment)
  let sets: { old: KubeObject[]; current: KubeObject | undefined } = { old: [], current: undefined }
  try {
    sets = yield* replicaSetsOf(session, deployment)
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
  }
  const w = new Description(session.input.now())
  writeDeployment(w, deployment, sets, events)
  return w.text()
}

function writeDeployment(w: Description, deployment: KubeObject, sets: { old: KubeObject[]; current: KubeObject | undefined }, events: Event[] | undefined): void {
  const { metadata, spec, status } = deployment
  const selector = selectorText(spec?.selector)
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
  w.line(0, `CreationTimestamp:\t${dateOf(metadata.creationTimestamp)}`)
  writeLabels(w, 'Labels', metadata.labels)
  writeAnnotations(w, 'Annotations', metadata.annotations)
  w.line(0, `Selector:\t${selector}`)
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0, unavailableReplicas = 0 } = status ?? {}
  w.line(0, `Replicas:\t${spec?.replicas ?? 1} desired | ${updatedReplicas} updated | ${replicas} total | ${availableReplicas} available | ${unavailableReplicas} unavailable`)
  w.line(0, `StrategyType:\t${spec?.strategy?.type ?? ''}`)
  w.line(0, `MinReadySeconds:\t${spec?.minReadySeconds ?? 0}`)
  const rolling = spec?.strategy?.rollingUpdate
  if (rolling) w.line(0, `RollingUpdateStrategy:\t${rolling.maxUnavailable} max unavailable, ${rolling.maxSurge} max surge`)
  writePodTemplate(w, spec?.template)
  writeConditions(w, status?.conditions)
  if (sets.old.length > 0 || sets.current) {
    w.line(0, `OldReplicaSets:\t${replicaSetTexts(sets.old)}`)
    w.line(0, `NewReplicaSet:\t${replicaSetTexts(sets.current ? [sets.current] : [])}`)
  }
  writeEvents(w, events)
}

function replicaSetTexts(sets: readonly KubeObject[]): string {
  return sets.map(({ metadata, spec, status }) => `${metadata.name} (${status?.replicas ?? 0}/${spec?.replicas ?? 1} replicas created)`).join(', ') || '<none>'
}

