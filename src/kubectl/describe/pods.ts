import { uidOnNode } from '../../engine/api/machine.ts'
import { qosClass } from '../../engine/api/qos.ts'
import { age } from '../../engine/api/time.ts'
import type { Container, Event, Pod } from '../../engine/api/types.ts'
import { KubectlError } from '../errors.ts'
import { getObject } from '../fileTargets.ts'
import { writeContainers, writeResources } from './containers.ts'
import type { Describer } from './describer.ts'
import { eventsAbout, writeEvents } from './events.ts'
import { writeSpreadConstraints } from './podTemplate.ts'
import { writeVolumes } from './volumes.ts'
import { controllerOf, dateOf, Description, writeAnnotations, writeLabels, writeTolerations } from './writer.ts'

export const describePod: Describer = function* (session, target) {
  const w = new Description(session.input.now())
  const { name, namespace } = target
  let pod: Pod
  try {
    pod = (yield* getObject(session, target)) as Pod
  } catch (error) {
    if (!(error instanceof KubectlError)) throw error
    const events = yield* eventsAbout(session, { name, namespace })
    if (!events?.length) throw error
    w.line(0, `Pod '${name}': error '${error.message}', but found events.`)
    writeEvents(w, events)
    return w.text()
  }
  const uid = uidOnNode(pod)
  writePod(w, pod, yield* eventsAbout(session, { name, namespace, uid }))
  return w.text()
}

function writePod(w: Description, pod: Pod, events: readonly Event[] | undefined): void {
  const { metadata, spec, status } = pod
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
  if (spec.priority !== undefined) w.line(0, `Priority:\t${spec.priority}`)
  if (spec.priorityClassName) w.line(0, `Priority Class Name:\t${spec.priorityClassName}`)
  if (spec.runtimeClassName) w.line(0, `Runtime Class Name:\t${spec.runtimeClassName}`)
  if (spec.serviceAccountName) w.line(0, `Service Account:\t${spec.serviceAccountName}`)
  w.line(0, `Node:\t${spec.nodeName ? `${spec.nodeName}/${status.hostIP ?? ''}` : '<none>'}`)
  if (status.startTime) w.line(0, `Start Time:\t${dateOf(status.startTime)}`)
  writeLabels(w, 'Labels', metadata.labels)
  writeAnnotations(w, 'Annotations', metadata.annotations)
  writeState(w, pod)
  w.line(0, `IP:\t${status.podIP ?? ''}`)
  if (!status.podIPs?.length) w.line(0, 'IPs:\t<none>')
  else {
    w.line(0, 'IPs:')
    for (const { ip } of status.podIPs) w.line(1, `IP:\t${ip}`)
  }
  const controller = controllerOf(metadata)
  if (controller) w.line(0, `Controlled By:\t${controller}`)
  if (status.nominatedNodeName) w.line(0, `NominatedNodeName:\t${status.nominatedNodeName}`)
  const { resources } = spec as { resources?: Container['resources'] }
  if (resources) {
    w.line(0, 'Resources:')
    writeResources(w, resources, 1)
  }
  writeAllContainers(w, pod)
  writePodConditions(w, pod)
  writeVolumes(w, spec.volumes)
  w.line(0, `QoS Class:\t${status.qosClass ?? qosClass(spec)}`)
  writeLabels(w, 'Node-Selectors', spec.nodeSelector)
  writeTolerations(w, 'Tolerations', spec.tolerations)
  writeSpreadConstraints(w, spec)
  writeEvents(w, events)
}

function writeState(w: Description, { metadata, spec, status }: Pod): void {
  if (metadata.deletionTimestamp && status.phase !== 'Failed' && status.phase !== 'Succeeded') {
    w.line(0, `Status:\tTerminating (lasts ${age(metadata.deletionTimestamp, w.now)})`)
    w.line(0, `Termination Grace Period:\t${metadata.deletionGracePeriodSeconds ?? 0}s`)
  } else w.line(0, `Status:\t${status.phase ?? ''}`)
  if (status.reason) w.line(0, `Reason:\t${status.reason}`)
  if (status.message) w.line(0, `Message:\t${status.message}`)
  const seccomp = spec.securityContext?.seccompProfile
  if (!seccomp) return
  w.line(0, `SeccompProfile:\t${seccomp.type}`)
  if (seccomp.type === 'Localhost') w.line(0, `LocalhostProfile:\t${seccomp.localhostProfile ?? ''}`)
}

function writeAllContainers(w: Description, pod: Pod): void {
  const { spec, status } = pod
  if (spec.initContainers?.length) writeContainers(w, 'Init Containers', spec.initContainers, { statuses: status.initContainerStatuses, pod })
  writeContainers(w, 'Containers', spec.containers, { statuses: status.containerStatuses, pod })
  if (!spec.ephemeralContainers?.length) return
  writeContainers(w, 'Ephemeral Containers', spec.ephemeralContainers as Container[], { statuses: status.ephemeralContainerStatuses, pod })
}

function writePodConditions(w: Description, { spec, status }: Pod): void {
  const conditions = status.conditions ?? []
  if (spec.readinessGates?.length) {
    w.write(0, 'Readiness Gates:\n  Type\tStatus\n')
    for (const { conditionType } of spec.readinessGates) {
      w.line(1, `${conditionType} \t${conditions.find((c) => c.type === conditionType)?.status ?? '<none>'} `)
    }
  }
  if (conditions.length === 0) return
  w.write(0, 'Conditions:\n  Type\tStatus\n')
  for (const { type, status: value } of conditions) w.line(1, `${type} \t${value} `)
}
