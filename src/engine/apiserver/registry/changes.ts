import type { applyConfiguration } from '../../api/managedFields/apply.ts'
import type { trackUpdate } from '../../api/managedFields/track.ts'
import type { applyPatch } from '../../api/patch/patch.ts'
import type { objectWarnings } from '../../api/warnings/warnings.ts'
import { Part } from '../../part.ts'
import type { extensionPlugins, mutate, validatingPlugins } from '../admission/chain.ts'
import type { decideBinding } from './binding.ts'
import type { decideDelete } from './deletion.ts'
import type { decideCreate } from './registry.ts'
import type { decideEviction, toldOfEviction } from './eviction.ts'
import type { decideFinalize } from './namespaces.ts'
import type { intakeScale, scaleOf, scales } from './scale.ts'
import type { decideUpdate } from './update.ts'
import type { mayCreateByUpdate, uidMismatch, unconditionalRefusal, writeRefusal } from './write-options.ts'

interface Changes {
  applyConfiguration: typeof applyConfiguration
  applyPatch: typeof applyPatch
  decideBinding: typeof decideBinding
  decideCreate: typeof decideCreate
  decideDelete: typeof decideDelete
  decideEviction: typeof decideEviction
  decideFinalize: typeof decideFinalize
  decideUpdate: typeof decideUpdate
  extensionPlugins: typeof extensionPlugins
  intakeScale: typeof intakeScale
  mutate: typeof mutate
  objectWarnings: typeof objectWarnings
  scaleOf: typeof scaleOf
  scales: typeof scales
  toldOfEviction: typeof toldOfEviction
  trackUpdate: typeof trackUpdate
  validatingPlugins: typeof validatingPlugins
  mayCreateByUpdate: typeof mayCreateByUpdate
  uidMismatch: typeof uidMismatch
  unconditionalRefusal: typeof unconditionalRefusal
  writeRefusal: typeof writeRefusal
}

/** What a write becomes: admission, what an object has to be to be stored, whatever may be asked of one that is there already, whose fields are whose. */
export const changes = new Part<Changes>('kinds')
