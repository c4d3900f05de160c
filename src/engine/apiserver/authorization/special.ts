import type { negotiate, shaped } from '../../api/negotiation.ts'
import { Part } from '../../part.ts'
import type { aggregatedAnswer, aggregatedRequest, aggregatedTarget, servedBehind } from '../aggregation.ts'
import type { parseContinueToken, printContinueToken } from '../continue-token.ts'
import type { discover, verbsOf } from '../discovery.ts'
import type { EtcdOutage } from '../etcd-outage.ts'
import type { health } from '../health.ts'
import type { listOptionsError } from '../list-options.ts'
import type { logOptionsError } from '../log-options.ts'
import type { review } from '../registry/reviews.ts'
import type { ServiceAllocator } from '../registry/service-allocator.ts'
import type { serverMetrics } from '../server-metrics.ts'
import type { Silence } from '../silence.ts'
import type { Streams } from '../streams.ts'
import type { certified } from '../certificates.ts'
import type { bearerOf, issueToken } from '../tokens.ts'
import type { proxiedAnswer, proxiedRequest, proxyRedirect, proxyTarget } from '../proxying.ts'
import type { bookmarkOf, startOfWatch } from '../watch-start.ts'
import type { escalation } from './escalation.ts'
import type { impersonate } from './impersonation.ts'
import type { authorizeNode } from './node.ts'
import type { paramAccess } from './param-access.ts'

interface Special {
  aggregatedAnswer: typeof aggregatedAnswer
  aggregatedRequest: typeof aggregatedRequest
  aggregatedTarget: typeof aggregatedTarget
  authorizeNode: typeof authorizeNode
  bearerOf: typeof bearerOf
  bookmarkOf: typeof bookmarkOf
  certified: typeof certified
  discover: typeof discover
  escalation: typeof escalation
  EtcdOutage: typeof EtcdOutage
  health: typeof health
  impersonate: typeof impersonate
  issueToken: typeof issueToken
  listOptionsError: typeof listOptionsError
  logOptionsError: typeof logOptionsError
  negotiate: typeof negotiate
  paramAccess: typeof paramAccess
  parseContinueToken: typeof parseContinueToken
  printContinueToken: typeof printContinueToken
  proxiedAnswer: typeof proxiedAnswer
  proxiedRequest: typeof proxiedRequest
  proxyRedirect: typeof proxyRedirect
  proxyTarget: typeof proxyTarget
  review: typeof review
  servedBehind: typeof servedBehind
  shaped: typeof shaped
  serverMetrics: typeof serverMetrics
  ServiceAllocator: typeof ServiceAllocator
  Silence: typeof Silence
  startOfWatch: typeof startOfWatch
  Streams: typeof Streams
  verbsOf: typeof verbsOf
}

/**
 * What only some users and some requests need: nodes, bearers of tokens, who acts as another, who gives rights or asks about them or about
 * the server itself, who makes Services, who talks with a container, and who asks while the server or etcd stands still.
 */
export const special = new Part<Special>('kinds')
