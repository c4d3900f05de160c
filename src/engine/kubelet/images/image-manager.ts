import type { KubeletConfiguration } from '../../api/kubeletConfiguration.ts'
import { formatDuration } from '../../api/time.ts'
import type { Container, Pod } from '../../api/types.ts'
import type { Kernel } from '../../kernel/kernel.ts'
import type { CriError } from '../../runtime/cri.ts'
import type { ImageService } from '../../runtime/image-service.ts'
import { normalizeReference, type Reference } from '../../runtime/images.ts'
import type { Credentials } from '../../runtime/registry.ts'
import { Backoff, maxBackoffMs } from '../backoff.ts'
import type { Notes } from '../notes.ts'
import { loginFor, noKeys, type Keyring } from './pull-secrets.ts'
import { wait, type Operation, type Routine } from '../routine.ts'
import type { StartFailure } from '../status/container-statuses.ts'

/** Writes an event about a container of a pod. */
export type ContainerEvent = (type: 'Normal' | 'Warning', reason: string, message: string) => void

interface Pull {
  image: string
  pod: Pod
  container: string
  login: Credentials | undefined
  asked: number
  done: (result: PullResult) => void
}

/** What is asked of the runtime. */
export type Images = Pick<ImageService, 'status' | 'pull'>

/** Where it is kept that a pull waits. */
export type PullNotes = Pick<Notes, 'backoff' | 'backoffOver'>

type PullResult = { tookMs: number; withWaitingMs: number; sizeBytes: number } | CriError

/**
 * Sees to it that a container's image is on the node, by its pull policy, with a back-off of its own for what
 * cannot be pulled; one pull at a time, or as many as the configuration lets (pkg/kubelet/images, serializeImagePulls, maxParallelImagePulls).
 */
export class ImageManager {
  private readonly kernel: Kernel
  private readonly images: Images
  private readonly notes: PullNotes
  private readonly backoff = new Backoff()
  private readonly lastErrors = new Map<string, StartFailure>()
  private readonly queue: Pull[] = []
  private pulling = 0
  private readonly configuration: () => KubeletConfiguration

  constructor(kernel: Kernel, images: Images, notes: PullNotes, configuration: () => KubeletConfiguration = () => ({})) {
    this.configuration = configuration
    this.notes = notes
    this.kernel = kernel
    this.images = images
  }

  private get atOnce(): number {
    const { serializeImagePulls = true, maxParallelImagePulls = Infinity } = this.configuration()
    return serializeImagePulls ? 1 : maxParallelImagePulls
  }

  /** A pull that had failed before anybody looked. */
  found(pod: Pod, container: Container, failure: StartFailure): void {
    const key = `${pod.metadata.uid}_${container.image ?? ''}`
    this.backoff.found(key, { delayMs: maxBackoffMs, updatedAt: this.kernel.now })
    this.lastErrors.set(key, failure)
  }

  /** Until when pulling this image for this pod waits; undefined: it does not. */
  *ensureImageExists(pod: Pod, container: Container, event: ContainerEvent, keyring: Keyring = noKeys): Routine<StartFailure | undefined> {
    const image = container.image ?? ''
    const name = normalizeReference(image)
    if ('error' in name) {
      const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": ${name.error}`
      event('Warning', 'InspectFailed', message)
      return { reason: 'InvalidImageName', message }
    }
    const status = this.images.status(image)
    if ('error' in status) {
      // The name that is missing here is missing upstream too.
      const message = `Failed to inspect image "": ${status.error}`
      event('Warning', 'InspectFailed', message)
      return { reason: 'ImageInspectError', message }
    }
    const { present } = status
    const policy = container.imagePullPolicy ?? 'IfNotPresent'
    if (policy === 'Never' && !present) {
      const message = `Container image "${image}" is not present with pull policy of Never`
      event('Warning', 'ErrImageNeverPull', message)
      return { reason: 'ErrImageNeverPull', message }
    }
    if (present && policy !== 'Always') {
      event('Normal', 'Pulled', `Container image "${image}" already present on machine`)
      return undefined
    }
    return yield* this.pull(pod, container, image, event, loginFor(keyring, name.repository))
  }

  private *pull(pod: Pod, container: Container, image: string, event: ContainerEvent, login: Credentials | undefined): Routine<StartFailure | undefined> {
    const key = `${pod.metadata.uid}_${image}`
    if (this.backoff.isInBackoffSinceUpdate(key, this.kernel.now)) {
      const message = `Back-off pulling image "${image}"`
      event('Normal', 'BackOff', message)
      const last = this.lastErrors.get(key)
      return { reason: 'ImagePullBackOff', message: last === undefined ? message : `${message}: ${last.reason}: ${last.message}` }
    }
    this.notes.backoffOver(pod.metadata.uid, container.name)
    event('Normal', 'Pulling', `Pulling image "${image}"`)
    const result = yield* wait<PullResult>(this.enqueue(pod, container.name, withDefaultTag(image), login))
    if ('error' in result) {
      event('Warning', 'Failed', `Failed to pull image "${image}": ${result.error}`)
      const { now } = this.kernel
      this.backoff.next(key, now, now)
      this.notes.backoff(pod.metadata.uid, container.name, 'pull', now, now + this.backoff.get(key))
      const failure = pullFailure(image, result.error)
      this.lastErrors.set(key, failure)
      return failure
    }
    this.lastErrors.delete(key)
    const took = formatDuration(result.tookMs)
    const waited = formatDuration(result.withWaitingMs)
    event('Normal', 'Pulled', `Successfully pulled image "${image}" in ${took} (${waited} including waiting). Image size: ${result.sizeBytes} bytes.`)
    return undefined
  }

  private enqueue(pod: Pod, container: string, image: string, login: Credentials | undefined): Operation<PullResult> {
    return (done) => {
      this.queue.push({ image, pod, container, login, asked: this.kernel.now, done })
      this.next()
    }
  }

  private next(): void {
    const pull = this.pulling < this.atOnce ? this.queue.shift() : undefined
    if (pull === undefined) return
    this.pulling++
    const began = this.kernel.now
    this.images.pull(pull.image, pull.pod.metadata.uid, pull.container, pull.login, (result) => {
      const { now } = this.kernel
      pull.done('error' in result ? result : { tookMs: now - began, withWaitingMs: now - pull.asked, sizeBytes: result.sizeBytes })
      this.pulling--
      this.next()
    })
  }
}

/** No tag and no digest mean `latest` (image_manager.go applyDefaultImageTag). */
function withDefaultTag(image: string): string {
  const { tag, digest } = normalizeReference(image) as Reference
  return digest === undefined && tag !== undefined && !image.endsWith(`:${tag}`) ? `${image}:${tag}` : image
}

/** A runtime can say by the first word of its error what has failed (image_manager.go evalCRIPullErr). */
function pullFailure(image: string, error: string): StartFailure {
  for (const [reason, why] of knownPullErrors) {
    if (error.startsWith(reason)) return { reason, message: `image pull failed for ${image} because ${why}${error.slice(reason.length)}` }
  }
  return { reason: 'ErrImagePull', message: error }
}

const knownPullErrors = [
  ['RegistryUnavailable', 'the registry is unavailable'],
  ['SignatureValidationFailed', 'the signature validation failed'],
] as const
