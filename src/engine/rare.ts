/** The part "rare" of the engine. */
import './runtime/programs/rare.ts'
import { firstObject } from './api/yaml.ts'
import { readManifest } from './kubelet/static-pods/manifest-folder.ts'

readManifest.bring(firstObject)
