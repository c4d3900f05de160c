/** The part "kinds". */
import { autoscalerToV1, autoscalerToV2 } from './api/autoscalerVersions.ts'
import { versions } from './api/conversion.ts'
import { custom } from './api/custom/custom.ts'
import { decodeCustom } from './api/custom/decode.ts'
import { toStored } from './api/custom/defaults.ts'
import { allCustom, findCustom, resourcesOf } from './api/custom/kind.ts'
import './api/defaults/kinds.ts'
import { eventIn } from './api/eventVersions.ts'
import { applyConfiguration } from './api/managedFields/apply.ts'
import { trackUpdate } from './api/managedFields/track.ts'
import { applyPatch } from './api/patch/patch.ts'
import './api/schema/kinds.ts'
import './api/validation/kinds.ts'
import { objectWarnings } from './api/warnings/warnings.ts'
import { extensionPlugins, mutatingPlugins, validatingPlugins } from './apiserver/admission/chain.ts'
import { escalation } from './apiserver/authorization/escalation.ts'
import { impersonate } from './apiserver/authorization/impersonation.ts'
import { authorizeNode } from './apiserver/authorization/node.ts'
import { paramAccess } from './apiserver/authorization/param-access.ts'
import { special } from './apiserver/authorization/special.ts'
import { parseContinueToken, printContinueToken } from './apiserver/continue-token.ts'
import { discover, verbsOf } from './apiserver/discovery.ts'
import { EtcdSilence } from './apiserver/etcd-silence.ts'
import { health } from './apiserver/health.ts'
import { listOptionsError } from './apiserver/list-options.ts'
import './apiserver/printers/printers.ts'
import { decideBinding } from './apiserver/registry/binding.ts'
import { changes } from './apiserver/registry/changes.ts'
import { decideDelete } from './apiserver/registry/deletion.ts'
import { decideEviction, toldOfEviction } from './apiserver/registry/eviction.ts'
import { decideFinalize } from './apiserver/registry/namespaces.ts'
import { decideCreate } from './apiserver/registry/registry.ts'
import { review } from './apiserver/registry/reviews.ts'
import { intakeScale, scaleOf, scales } from './apiserver/registry/scale.ts'
import { ServiceAllocator } from './apiserver/registry/service-allocator.ts'
import { decideUpdate } from './apiserver/registry/update.ts'
import { logOptionsError } from './apiserver/log-options.ts'
import { proxiedAnswer, proxiedRequest, proxyTarget } from './apiserver/proxying.ts'
import { mayCreateByUpdate, uidMismatch, unconditionalRefusal, writeRefusal } from './apiserver/registry/write-options.ts'
import { Silence } from './apiserver/silence.ts'
import { bearerOf, issueToken } from './apiserver/tokens.ts'
import { bookmarkOf, startOfWatch } from './apiserver/watch-start.ts'
import { dump } from './cluster.ts'
import { takeObjects } from './dump/take.ts'

versions.bring({ autoscalerToV1, autoscalerToV2, eventIn })
custom.bring({ allCustom, decodeCustom, findCustom, resourcesOf, toStored })
changes.bring({
  applyConfiguration, applyPatch, decideBinding, decideCreate, decideDelete, decideEviction, decideFinalize, decideUpdate, extensionPlugins, intakeScale, mutatingPlugins, objectWarnings, scaleOf, scales,
  mayCreateByUpdate, toldOfEviction, trackUpdate, uidMismatch, unconditionalRefusal, validatingPlugins, writeRefusal,
})
special.bring({ authorizeNode, bearerOf, discover, escalation, EtcdSilence, health, impersonate, issueToken, listOptionsError, logOptionsError, paramAccess, parseContinueToken, printContinueToken, proxiedAnswer, proxiedRequest, proxyTarget, review, ServiceAllocator, Silence, bookmarkOf, startOfWatch, verbsOf })
dump.bring({ takeObjects })
