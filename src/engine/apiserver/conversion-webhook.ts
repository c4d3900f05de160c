/** A webhook that converts custom resources (apiextensions-apiserver/pkg/apiserver/conversion/webhook_converter.go). */
import { allConverted, usesWebhook } from '../api/custom/convert.ts'
import { goQuote } from '../api/field.ts'
import { fieldsOf } from '../api/fieldsOf.ts'
import type { ResourceInfo } from '../api/resources.ts'
import { failure } from '../api/status.ts'
import type { KubeObject } from '../api/types.ts'
import { asServed } from '../api/conversion.ts'
import type { Decision } from './registry/decision.ts'
import { Unanswered, Unserved, type AdmissionContext } from './admission/plugin.ts'
import { jsonOf, webhookTarget, type ClientConfig } from './admission/webhook-call.ts'

type Fields = Readonly<Record<string, any>>

const group = 'apiextensions.k8s.io'
const timeoutSeconds = 30

/** The resource of a request, of which objects can be had in other versions than the one that is stored, where a webhook has to be asked for them. */
export function converting(info: ResourceInfo | undefined, context: AdmissionContext): ResourceInfo | undefined {
  if (info?.custom === undefined || info.custom.convert !== undefined || !context.mayAsk || !usesWebhook(info.custom.definition)) return info
  const { custom } = info
  return { ...info, custom: { ...custom, convert: (objects, to) => ask(objects, to, custom.definition, context) } }
}

/** The stored object as the request speaks of it. */
export const asAsked = (info: ResourceInfo, old: KubeObject | undefined): KubeObject | undefined =>
  old === undefined || info.custom === undefined || !usesWebhook(info.custom.definition) ? old : asServed(old, info)

/** What is decided to be stored, in the version for that; the answer is in that of the request. */
export function inStorageVersion(info: ResourceInfo, decision: Decision): Decision {
  if (decision.do !== 'put' || info.custom === undefined || !usesWebhook(info.custom.definition)) return decision
  const [object] = allConverted([decision.object], info.custom.storageVersion, info.custom)
  return { ...decision, object: object!, shown: decision.object }
}

function ask(objects: readonly KubeObject[], to: string, definition: KubeObject, context: AdmissionContext): readonly KubeObject[] {
  const [{ apiVersion: from, kind }] = objects as [KubeObject]
  const failed = (why: string): Unserved => new Unserved(failure(500, '', `conversion webhook for ${from}, Kind=${kind} failed: ${why}`))
  const { clientConfig, conversionReviewVersions = [] } = definition['spec'].conversion.webhook as { clientConfig: ClientConfig; conversionReviewVersions?: string[] }
  const target = webhookTarget(clientConfig, timeoutSeconds, context)
  if ('why' in target) throw failed(target.why)
  const uid = context.uuid()
  const key = `conversion/${to}/${JSON.stringify(objects)}`
  const reply = context.answerTo(key)
  if (reply === undefined) {
    const review = { kind: 'ConversionReview', apiVersion: `${group}/${conversionReviewVersions[0] ?? 'v1'}`, request: { uid, desiredAPIVersion: to, objects } }
    throw new Unanswered([{ key, to: target, body: JSON.stringify(review) }])
  }
  const json = jsonOf(reply, target)
  if ('why' in json) throw failed(json.why)
  const { uid: given, convertedObjects, result } = fieldsOf(fieldsOf(json.value)['response'])
  const { status, message } = fieldsOf(result)
  if (given !== uid) throw failed(`expected response.uid=${goQuote(uid)}, got ${goQuote(String(given ?? ''))}`)
  if (status !== 'Success') throw failed(message ? String(message) : 'unknown error')
  const converted = (Array.isArray(convertedObjects) ? convertedObjects : []) as Fields[]
  if (converted.length !== objects.length) throw failed(`webhook returned ${converted.length} objects, expected ${objects.length}`)
  return converted.map((object, i) => {
    const { apiVersion, kind: ofKind } = object
    if (apiVersion !== to || ofKind !== kind) throw failed(`invalid converted object at index ${i}: invalid groupVersion/kind ${apiVersion}, Kind=${ofKind}`)
    return withMetadataOf(objects[i]!, object)
  })
}

/** Of metadata, only labels and annotations may be changed (restoreObjectMeta). */
function withMetadataOf(original: KubeObject, converted: Fields): KubeObject {
  const { labels, annotations } = fieldsOf(converted['metadata'])
  const { labels: _, annotations: __, ...metadata } = original.metadata
  return { ...converted, metadata: { ...metadata, ...(labels === undefined ? {} : { labels }), ...(annotations === undefined ? {} : { annotations }) } } as unknown as KubeObject
}
