import type { KubeObject } from '../../api/types.ts'
import type { ComponentOptions } from '../../client/client.ts'
import { Controller, must, type Routine } from '../../client/controller.ts'
import type { SharedInformers } from '../shared-informers.ts'
import { approve, isToBeDecided } from './approver.ts'
import { clean, periodMs } from './cleaner.ts'
import { requests } from './request.ts'
import { isToBeSigned, sign } from './signer.ts'

/** No request has this name. */
const roundKey = '/round'

/** pkg/controller/certificates: who approves, who signs and who cleans up have one account. */
export function startCertificates(options: ComponentOptions, informers: SharedInformers): void {
  const all = informers.of<KubeObject>(requests)
  const controller: Controller = new Controller(options, 'certificate-controller', 1, sync)
  // certificate_controller.go
  controller.queue.backOff = { firstMs: 200, mostMs: 1_000_000 }

  function* sync(key: string): Routine {
    if (key === roundKey) return yield* clean(all.all(), controller.now)
    const request = all.byKey(key)
    if (request === undefined) return
    if (isToBeDecided(request)) return yield* approve(request)
    if (isToBeSigned(request)) yield* must(sign(request, controller.now))
  }

  all.onChange(({ type, object }) => {
    if (type !== 'delete' && (isToBeDecided(object) || isToBeSigned(object))) controller.queue.add(object.metadata.name)
  })
  controller.queue.addAfter(roundKey, periodMs)
}
