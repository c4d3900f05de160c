/** The part "rare" of the engine. */
import './runtime/programs/rare.ts'
import { firstObject } from './api/yaml.ts'
import { nodeLogins, nodeServices } from './machines/machines.ts'
import { NodeLogins } from './machines/node-logins.ts'
import { NodeServices } from './machines/node-services.ts'
import { prologue } from './cluster.ts'
import { readManifest } from './kubelet/static-pods/manifest-folder.ts'
import { playPrologue } from './prologue.ts'

readManifest.bring(firstObject)
nodeLogins.bring(NodeLogins)
nodeServices.bring(NodeServices)
prologue.bring(playPrologue)
