import type { ContainerRecord } from '../api/machine.ts'
import type { Container, Node, Pod } from '../api/types.ts'
import { lookupImage, normalizeReference } from '../runtime/images.ts'
import { foundPod, type FoundPod } from './found-pod.ts'
import { findSpec, type KubeletContext } from './kubelet-context.ts'
import type { PodSync } from './pod-sync.ts'
import { criConfig, type ContainerOptions } from './kuberuntime/start-container.ts'
import { isTerminal } from './status/generate.ts'
import { sandboxConfig } from './kuberuntime/sync-runtime.ts'
import type { KnownObjects } from './volumes/volume-manager.ts'

/**
 * Puts on the machine what pods of another cluster have there, so that they go on as they were: sandboxes with their addresses, containers, running or
 * ended, volumes, images. Returns the uids of those that were begun: a node has admitted them already.
 */
export function takeUpPods(context: KubeletContext, sync: PodSync, pods: readonly Pod[], known: KnownObjects): Set<string> {
  const begun = new Set<string>()
  putImages(context, context.node())
  for (const pod of pods) {
    const found = foundPod(pod)
    if (found === undefined) continue
    begun.add(pod.metadata.uid)
    takeUp(context, sync, pod, found, known)
  }
  return begun
}

/** Those that the node's status names, and no more: it shows fifty. */
function putImages({ runtime }: KubeletContext, { status }: Node): void {
  for (const { names, sizeBytes } of status.images ?? []) {
    const reference = names.find((name) => !name.includes('@')) ?? names[0]
    const name = reference === undefined ? undefined : normalizeReference(reference)
    if (name === undefined || 'error' in name) continue
    const digest = names.find((one) => one.includes('@'))?.split('@')[1] ?? name.digest ?? ''
    runtime.images.put({ reference: name.reference, id: digest, digest, sizeBytes })
  }
}

function takeUp(context: KubeletContext, sync: PodSync, pod: Pod, found: FoundPod, known: KnownObjects): void {
  const { runtime, nodeIP } = context
  const config = sandboxConfig(pod, 0)
  const ip = config.hostNetwork ? nodeIP : (pod.status.podIP ?? '')
  const state = isTerminal(pod.status) ? 'notready' : 'ready'
  const createdAt = found.containers[0]?.createdAt ?? context.kernel.now
  const sandbox = runtime.addSandbox(config, ip, state, createdAt)
  const optionsOf = sync.found(pod, found, known)
  for (const one of found.containers) {
    const { container } = findSpec(pod, one.name)!
    const image = lookupImage(container.image ?? '')
    if (image !== undefined && runtime.images.get(image.reference) === undefined) runtime.images.put(image)
    const record = runtime.foundContainer(sandbox.id, one)
    if (record.state === 'running' && state === 'ready') start(context, pod, container, record, optionsOf(container, ip))
  }
}

/** What it could not be started with any more - an object that is gone, a program that its image is not taken to hold - it runs without. */
function start({ runtime }: KubeletContext, pod: Pod, container: Container, record: ContainerRecord, options: ContainerOptions): void {
  const config = criConfig(pod, container, { type: record.type, attempt: record.attempt, ...('failed' in options ? {} : options) })
  const idle = lookupImage(idleImage)!
  if (runtime.revive(record, config, lookupImage(config.image) ?? idle)) return
  const { command: _command, args: _args, ...bare } = config
  runtime.revive(record, bare, idle)
}

/** It does nothing for ever. */
const idleImage = 'registry.k8s.io/pause:3.10'
