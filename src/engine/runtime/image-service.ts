import type { ImageRecord, PullRecord } from '../api/machine.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { StepDetail } from '../kernel/step.ts'
import type { Latency } from '../latency.ts'
import type { MachineStore } from './containerd.ts'
import type { CriError, Done } from './cri.ts'
import { normalizeReference, type ImageConfig } from './images.ts'
import type { Credentials, Registry } from './registry.ts'
import type { RuntimeTime } from './runtime-time.ts'

interface ImageServiceOptions {
  kernel: Kernel
  latency: Latency
  store: MachineStore
  registry: Registry
}

/** Notes a hop between the runtime and the registry on behalf of a pod. */
type Report = (podUID: string, milestone: string | undefined, detail: StepDetail) => void

/** The images of one machine (the CRI's ImageService). */
export class ImageService {
  private readonly o: ImageServiceOptions
  private readonly time: RuntimeTime
  private readonly report: Report

  constructor(options: ImageServiceOptions, time: RuntimeTime, report: Report) {
    this.o = options
    this.time = time
    this.report = report
  }

  /** Whether the image is here, or why nobody can say. */
  status(image: string): { present: boolean } | CriError {
    return { present: this.get(image) !== undefined }
  }

  /** Only one pull at a time is asked for. */
  pull(image: string, podUID: string, container: string, login: Credentials | undefined, done: Done<{ sizeBytes: number } | CriError>): void {
    const { kernel, latency, registry, store } = this.o
    const key = `pulls/${podUID}/${container}`
    const [startedAt, resolveMs] = [kernel.now, latency.of('resolveImage')]
    const record = (found: ImageConfig, from: number): PullRecord => {
      const took = this.get(image) !== undefined ? 0 : registry.downloadMs(found, latency.pullBytesPerMs)
      return { image, podUID, container, startedAt, endsAt: from + took, sizeBytes: found.sizeBytes }
    }
    // Foreseen, so that it is written with the step that tells of it: whoever stands there sees the pull under way.
    const expected = registry.resolve(image, login)
    const foreseen = 'error' in expected ? undefined : record(expected.image, startedAt + resolveMs)
    if (foreseen !== undefined) store.put(key, foreseen)
    this.report(podUID, 'create/pull', { type: 'PullImage', image, container })
    this.time.later(resolveMs, () => {
      const resolved = registry.resolve(image, login)
      if ('error' in resolved) {
        if (foreseen !== undefined) store.delete(key)
        this.report(podUID, undefined, { type: 'PullFailed', image, container, error: resolved.error })
        return done(resolved)
      }
      const pull = record(resolved.image, kernel.now)
      if (foreseen?.endsAt !== pull.endsAt) store.put(key, pull)
      this.time.later(pull.endsAt - kernel.now, () => {
        store.delete(key)
        this.put(resolved.image)
        this.report(podUID, undefined, { type: 'ImagePulled', image, container, sizeBytes: pull.sizeBytes })
        done({ sizeBytes: pull.sizeBytes })
      })
    })
  }

  /** Puts an image on the machine without a pull, as a pre-loaded one. */
  put({ reference, id, digest, sizeBytes }: Pick<ImageConfig, 'reference' | 'id' | 'digest' | 'sizeBytes'>): void {
    const { now } = this.o.kernel
    const record: ImageRecord = { reference, id, digest, sizeBytes, pulledAt: now, lastUsedAt: now }
    this.o.store.put(`images/${reference}`, record)
  }

  get(image: string): ImageRecord | undefined {
    const name = normalizeReference(image)
    return 'error' in name ? undefined : this.o.store.get(`images/${name.reference}`)
  }

  list(): ImageRecord[] {
    return this.o.store.range('images/')
  }

  used(image: string): void {
    const record = this.get(image)
    if (record !== undefined) this.o.store.put(`images/${record.reference}`, { ...record, lastUsedAt: this.o.kernel.now })
  }

  remove(reference: string): void {
    this.o.store.delete(`images/${reference}`)
  }
}
