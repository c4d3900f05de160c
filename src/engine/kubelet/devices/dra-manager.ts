import { cdiFolder, prepareCall, registrationFolder, unprepareCall, type CdiSpec, type ClaimReference, type Prepared, type PreparedDevice } from '../../api/deviceDrivers.ts'
import { claimNameOf, isReservedFor, podClaimsOf, type ResourceClaim } from '../../api/resourceClaims.ts'
import type { Container, Pod } from '../../api/types.ts'
import { resource } from '../../client/client.ts'
import type { FileSystem } from '../../runtime/filesystem.ts'
import type { HttpResponse, NetworkError } from '../../runtime/http.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { wait, type Routine } from '../routine.ts'

const claims = resource('resourceclaims', 'resource.k8s.io')
const slices = resource('resourceslices', 'resource.k8s.io')
const socketEnd = '-reg.sock'
/** Virtual ms after which nobody waits for a driver that has gone any more. */
const wipeAfterMs = 30_000
/** Virtual ms that a driver may take. */
const patienceMs = 45_000

interface Answer {
  code: number
  body: unknown
}

interface PreparedClaim extends ClaimReference {
  readonly drivers: readonly string[]
  readonly devices: readonly PreparedDevice[]
  /** Uids of the pods that have it. */
  readonly pods: Set<string>
}

/** Has the drivers on the node prepare devices before a pod's sandbox is made, and take them back when the pod is over (pkg/kubelet/cm/dra/manager.go). */
export class DraManager {
  private readonly context: KubeletContext
  private readonly hostFiles: () => FileSystem
  /** By uid. */
  private readonly prepared = new Map<string, PreparedClaim>()
  private registered: ReadonlySet<string> = new Set()

  constructor(context: KubeletContext, hostFiles: () => FileSystem) {
    this.context = context
    this.hostFiles = hostFiles
  }

  /** Files of the node have changed: what a driver that has gone has offered is taken away (wipeResourceSlices). */
  look(): void {
    const sockets = (this.hostFiles().list(registrationFolder) ?? []).filter((name) => name.endsWith(socketEnd))
    const before = this.registered
    this.registered = new Set(sockets.map((name) => name.slice(0, -socketEnd.length)))
    for (const driver of before) if (!this.registered.has(driver)) this.context.client.later(wipeAfterMs, () => this.wipe(driver))
  }

  private wipe(driver: string): void {
    if (this.registered.has(driver)) return
    const query = { fieldSelector: `spec.driver=${driver},spec.nodeName=${this.context.nodeName}` }
    this.context.client.send('deletecollection', slices, { query }, () => undefined)
  }

  /** Why the pod cannot have its devices; undefined when it has them. */
  *prepare(pod: Pod): Routine<string | undefined> {
    for (const entry of podClaimsOf(pod)) {
      const name = claimNameOf(pod, entry)
      if (name === null) continue
      if (name === undefined) return `prepare dynamic resources: pod "${pod.metadata.namespace}/${pod.metadata.name}": ResourceClaim not created yet`
      const problem = yield* this.prepareClaim(pod, name)
      if (problem !== undefined) return `prepare dynamic resources: ${problem}`
    }
    return undefined
  }

  private *prepareClaim(pod: Pod, name: string): Routine<string | undefined> {
    const { namespace } = pod.metadata
    const { code, body } = yield* wait<Answer>((resume) => this.context.client.send('get', claims, { namespace: namespace!, name }, resume))
    if (code !== 200) return `failed to fetch ResourceClaim ${name} referenced by pod ${pod.metadata.name}: ${(body as { message?: string }).message ?? ''}`
    const claim = body as ResourceClaim
    const { uid } = claim.metadata
    if (!isReservedFor(claim, pod)) return `pod ${pod.metadata.name}(${pod.metadata.uid}) is not allowed to use resource claim ${name}(${uid})`
    const known = this.prepared.get(uid)
    if (known !== undefined) {
      known.pods.add(pod.metadata.uid)
      return undefined
    }
    const drivers = [...new Set((claim.status?.allocation?.devices.results ?? []).map(({ driver }) => driver))]
    const reference = { namespace: namespace!, name, uid }
    const devices: PreparedDevice[] = []
    for (const driver of drivers) {
      const answer = yield* this.call(driver, prepareCall, reference)
      if (typeof answer === 'string') return answer
      const { error, devices: own = [] } = answer.claims[uid] ?? { error: 'no answer' }
      if (error !== undefined) return `NodePrepareResources failed for ResourceClaim ${name}: ${error}`
      devices.push(...own)
    }
    this.prepared.set(uid, { ...reference, drivers, devices, pods: new Set([pod.metadata.uid]) })
    return undefined
  }

  /** The pod is over. What a driver that has gone does not take back, stays. */
  *release(pod: Pod): Routine<void> {
    for (const claim of [...this.prepared.values()]) {
      if (!claim.pods.delete(pod.metadata.uid) || claim.pods.size > 0) continue
      this.prepared.delete(claim.uid)
      for (const driver of claim.drivers) yield* this.call(driver, unprepareCall, { namespace: claim.namespace, name: claim.name, uid: claim.uid })
    }
  }

  /** What the devices that a container asks for add to its environment. */
  environmentOf(pod: Pod, container: Container): Record<string, string> {
    const asked = (container.resources as { claims?: { name: string; request?: string }[] } | undefined)?.claims ?? []
    if (asked.length === 0) return {}
    const ids = asked.flatMap(({ name, request }) => this.devicesOf(pod, name, request)).flatMap(({ cdiDeviceIDs }) => cdiDeviceIDs)
    const edits = this.editsByDevice()
    return Object.fromEntries([...new Set(ids)].flatMap((id) => edits.get(id) ?? []))
  }

  private devicesOf(pod: Pod, entryName: string, request: string | undefined): readonly PreparedDevice[] {
    const entry = podClaimsOf(pod).find(({ name }) => name === entryName)
    const name = entry === undefined ? undefined : claimNameOf(pod, entry)
    const claim = [...this.prepared.values()].find((one) => one.namespace === pod.metadata.namespace && one.name === name)
    return claim?.devices.filter(({ requestNames }) => request === undefined || requestNames.some((one) => one === request || one.startsWith(`${request}/`))) ?? []
  }

  private editsByDevice(): Map<string, (readonly [string, string])[]> {
    const files = this.hostFiles()
    const edits = new Map<string, (readonly [string, string])[]>()
    for (const file of files.list(cdiFolder) ?? []) {
      const { kind, devices } = JSON.parse(files.readText(`${cdiFolder}/${file}`)!) as CdiSpec
      for (const { name, containerEdits: { env = [] } } of devices) edits.set(`${kind}=${name}`, env.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const))
    }
    return edits
  }

  private *call(driver: string, path: string, claim: ClaimReference): Routine<Prepared | string> {
    const address = this.hostFiles().readText(`${registrationFolder}/${driver}${socketEnd}`)
    const [ip, port] = address?.trim().split(':') ?? []
    if (ip === undefined) return `DRA driver ${driver} is not registered`
    const request = { method: 'GRPC', port: Number(port), path, headers: {}, body: JSON.stringify({ claims: [claim] }) }
    const from = { node: this.context.nodeName, ip: this.context.nodeIP }
    const answer = yield* wait<HttpResponse | NetworkError>((resume) => this.context.network.http(from, ip, request, patienceMs, resume))
    if ('error' in answer) return `${path.slice(path.lastIndexOf('/') + 1)}: rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial unix ${registrationFolder}/${driver}${socketEnd}: connect: connection refused"`
    return JSON.parse(answer.body) as Prepared
  }
}
