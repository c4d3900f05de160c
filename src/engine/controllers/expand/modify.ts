import { formatTime } from '../../api/time.ts'
import type { KubeObject } from '../../api/types.ts'
import { must, type Call, type Controller, type Ending, type Routine } from '../../client/controller.ts'
import { keyOf, type Informer } from '../../client/informer.ts'
import type { EventRecorder } from '../../client/recorder.ts'
import { resource } from '../../client/client.ts'
import { jsonMergePatch } from '../common/claim.ts'

const volumes = resource('persistentvolumes')
const condition = 'ModifyingVolume'

const wantedOf = (claim: KubeObject): string | undefined => claim['spec'].volumeAttributesClassName || undefined

/** Claims whose volume has other attributes than they ask for. */
export function isToChange(claim: KubeObject): boolean {
  const wanted = wantedOf(claim)
  return claim['status']?.phase === 'Bound' && wanted !== undefined && wanted !== claim['status'].currentVolumeAttributesClassName
}

export interface ModifierHost {
  controller: Controller
  attributes: Informer<KubeObject>
  /** How long a driver takes, in virtual ms. */
  duration(): number
  recorderOf(driver: string): EventRecorder
  status(claim: KubeObject, status: object): Call
}

/** Has drivers give volumes the attributes of another VolumeAttributesClass (external-resizer pkg/modifycontroller, KEP-3751). */
export class Modifier {
  private readonly host: ModifierHost
  /** Key of a claim -> the class under way, and when the driver will be done: virtual ms. */
  private readonly underWay = new Map<string, { wanted: string; doneAt: number }>()

  constructor(host: ModifierHost) {
    this.host = host
  }

  *sync(claim: KubeObject, volume: KubeObject, driver: string): Routine<Ending | void> {
    const wanted = wantedOf(claim)!
    const { attributes, controller } = this.host
    const found = attributes.get(undefined, wanted)
    if (found?.['driverName'] !== driver) return yield* this.wait(claim, wanted, driver, found === undefined)
    const underWay = this.underWay.get(keyOf(claim))
    if (underWay?.wanted !== wanted) return yield* this.begin(claim, wanted, driver)
    if (underWay.doneAt > controller.now) return { requeueAfterMs: underWay.doneAt - controller.now }
    this.underWay.delete(keyOf(claim))
    yield* this.finish(claim, volume, wanted, driver)
  }

  /** Until there is such a class. */
  private *wait(claim: KubeObject, wanted: string, driver: string, missing: boolean): Routine<void> {
    const { modifyVolumeStatus: before } = claim['status']
    if (before?.targetVolumeAttributesClassName === wanted && before.status === 'Pending') return
    if (missing) this.host.recorderOf(driver).event(claim, 'Warning', 'VolumeModifyFailed', `VAC ${wanted} does not exist.`)
    yield* must(this.host.status(claim, { modifyVolumeStatus: { targetVolumeAttributesClassName: wanted, status: 'Pending' } }))
  }

  private *begin(claim: KubeObject, wanted: string, driver: string): Routine<Ending> {
    const { controller, recorderOf, status, duration } = this.host
    const doneAt = controller.now + duration()
    this.underWay.set(keyOf(claim), { wanted, doneAt })
    const conditions = [...othersOf(claim), { type: condition, status: 'True', lastTransitionTime: formatTime(controller.now), message: 'ModifyVolume operation in progress.' }]
    yield* must(status(claim, { conditions, modifyVolumeStatus: { targetVolumeAttributesClassName: wanted, status: 'InProgress' } }))
    recorderOf(driver).event(claim, 'Normal', 'VolumeModify', `external resizer is modifying volume ${claim.metadata.name} with vac ${wanted}`)
    return { requeueAfterMs: doneAt - controller.now }
  }

  private *finish(claim: KubeObject, volume: KubeObject, wanted: string, driver: string): Routine<void> {
    yield* must({ verb: 'patch', info: volumes, name: volume.metadata.name, body: { spec: { volumeAttributesClassName: wanted } }, contentType: jsonMergePatch })
    yield* must(this.host.status(claim, { conditions: othersOf(claim), modifyVolumeStatus: null, currentVolumeAttributesClassName: wanted }))
    this.host.recorderOf(driver).event(claim, 'Normal', 'VolumeModifySuccessful', `external resizer modified volume ${claim.metadata.name} with vac ${wanted} successfully`)
  }
}

const othersOf = (claim: KubeObject): object[] => (claim['status'].conditions ?? []).filter(({ type }: { type: string }) => type !== condition)
