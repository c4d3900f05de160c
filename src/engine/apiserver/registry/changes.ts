import type { applyConfiguration } from '../../api/managedFields/apply.ts'
import type { trackUpdate } from '../../api/managedFields/track.ts'
import type { applyPatch } from '../../api/patch/patch.ts'
import type { objectWarnings } from '../../api/warnings/warnings.ts'
import { Part } from '../../part.ts'
import type { admit, mutate } from '../admission/chain.ts'
import type { asAsked, converting, inStorageVersion } from '../conversion-webhook.ts'
import type { decideBinding } from './binding.ts'
import type { decideDelete, deletionWarnings } from './deletion.ts'
import type { decideCreate } from './registry.ts'
import type { connectOptions } from './connect-options.ts'
import type { evict } from './eviction.ts'
import type { decideFinalize } from './namespaces.ts'
import type { generatedName, intakeApply, intakeCreate, intakePatch, intakeUpdate, trackManager } from './intake.ts'
import type { intakeScale, scaleOf, scales } from './scale.ts'
import type { decideUpdate } from './update.ts'
import type { mayCreateByUpdate, uidMismatch, unconditionalRefusal, writeRefusal } from './write-options.ts'

interface Changes {
  generatedName: typeof generatedName
  intakeApply: typeof intakeApply
  intakeCreate: typeof intakeCreate
  intakePatch: typeof intakePatch
  intakeUpdate: typeof intakeUpdate
  trackManager: typeof trackManager
  admit: typeof admit
  asAsked: typeof asAsked
  converting: typeof converting
  inStorageVersion: typeof inStorageVersion
  applyConfiguration: typeof applyConfiguration
  applyPatch: typeof applyPatch
  decideBinding: typeof decideBinding
  decideCreate: typeof decideCreate
  decideDelete: typeof decideDelete
  deletionWarnings: typeof deletionWarnings
  connectOptions: typeof connectOptions
  evict: typeof evict
  decideFinalize: typeof decideFinalize
  decideUpdate: typeof decideUpdate
  intakeScale: typeof intakeScale
  mutate: typeof mutate
  objectWarnings: typeof objectWarnings
  scaleOf: typeof scaleOf
  scales: typeof scales
  trackUpdate: typeof trackUpdate
  mayCreateByUpdate: typeof mayCreateByUpdate
  uidMismatch: typeof uidMismatch
  unconditionalRefusal: typeof unconditionalRefusal
  writeRefusal: typeof writeRefusal
}

/** What a write becomes: admission, what an object has to be to be stored, whatever may be asked of one that is there already, whose fields are whose. */
export const changes = new Part<Changes>('kinds')
