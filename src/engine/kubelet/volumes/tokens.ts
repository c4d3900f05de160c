import type { Pod } from '../../api/types.ts'
import { resource } from '../../client/client.ts'
import type { KubeletContext } from '../kubelet-context.ts'
import { wait, type Routine } from '../routine.ts'
import type { TokenOptions } from './content.ts'

const serviceAccounts = resource('serviceaccounts')

/** The part of a token's life after which another one is asked for, and the longest life that counts (pkg/kubelet/token). */
const freshShare = 0.8
const longestLifeMs = 24 * 3600 * 1000

interface Answer {
  code: number
  body: { message?: string; status?: { token?: string } }
}

/** The tokens of the node's pods, each bound to its pod, asked for once and again when most of its life is over (pkg/kubelet/token). */
export class ServiceAccountTokens {
  private readonly context: KubeletContext
  /** While it is set, tokens are there already, as for a kubelet that has been up for a while. */
  issued: ((pod: Pod, options: TokenOptions) => string) | undefined
  /** Pod uid -> audience -> token. */
  private readonly known = new Map<string, Map<string, { token: string; renewAt: number }>>()

  constructor(context: KubeletContext) {
    this.context = context
  }

  *get(pod: Pod, { audience, expirationSeconds }: TokenOptions): Routine<string | { error: string }> {
    const { namespace, uid, name: podName } = pod.metadata
    const { kernel, client } = this.context
    const ofPod = this.known.get(uid)
    const had = ofPod?.get(audience)
    if (had !== undefined && kernel.now < had.renewAt) return had.token
    const issued = this.issued?.(pod, { audience, expirationSeconds })
    if (issued !== undefined) return this.keep(uid, audience, issued, expirationSeconds)
    const name = pod.spec.serviceAccountName ?? 'default'
    const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: podName, uid }
    const spec = { audiences: audience === '' ? [] : [audience], expirationSeconds, boundObjectRef }
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', metadata: { name }, spec }
    // That one is followed by another is routine.
    const background = had !== undefined
    const answer = yield* wait<Answer>((resume) => client.send('create', serviceAccounts, { namespace, name, subresource: 'token', body: body as never, background }, resume as never))
    if (answer.code >= 400 || answer.code === 0) return had?.token ?? { error: `failed to fetch token: ${answer.body.message}` }
    return this.keep(uid, audience, answer.body.status?.token ?? '', expirationSeconds)
  }

  private keep(uid: string, audience: string, token: string, expirationSeconds: number): string {
    const tokens = this.known.get(uid) ?? new Map<string, { token: string; renewAt: number }>()
    const renewAt = this.context.kernel.now + Math.min(expirationSeconds * 1000, longestLifeMs) * freshShare
    this.known.set(uid, tokens.set(audience, { token, renewAt }))
    return token
  }

  forget(uid: string): void {
    this.known.delete(uid)
  }
}
