import { custom } from '../engine/api/custom/custom.ts'
import { apiVersionOf, findKind, type ResourceInfo } from '../engine/api/resources.ts'
import type { KubeObject, Status } from '../engine/api/types.ts'
import { createCluster } from '../engine/core.ts'
import type { Cluster } from '../engine/core.ts'
import { readDocuments } from '../kubectl/manifest/documents.ts'
import type { Diagnostic } from './protocol.ts'

/** A cluster of its own, where a dry run leaves no trace in the film; a new one now and then, for it remembers. */
let rehearsal: Cluster | undefined
let rehearsals = 0
const rehearsalsMax = 200

/**
 * What the API server would say to each document of a manifest, as a dry run of its creation. `namespaces` and `definitions` of custom
 * resources are those that the film knows at the moment.
 */
export function checkManifest(text: string, namespaces: readonly string[], definitions: readonly KubeObject[] = []): Diagnostic[] {
  const { values, error } = readDocuments(text)
  const found = values.flatMap((value, document) => checkDocument(value, namespaces, definitions).map((d) => ({ ...d, document })))
  if (error !== '') found.push({ document: values.length, path: '', message: error, severity: 'error' })
  return found
}

interface Written {
  apiVersion?: unknown
  kind?: unknown
  items?: unknown
  metadata?: { namespace?: unknown; uid?: unknown; resourceVersion?: unknown }
}

/** What has a UID comes from a server that has it, and will be changed there, not made: its version is no mistake. */
function withoutVersion(object: Written): Written {
  if (object?.metadata?.uid === undefined) return object
  const { resourceVersion: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

type Finding = Omit<Diagnostic, 'document'>

function checkDocument(value: unknown, namespaces: readonly string[], definitions: readonly KubeObject[]): Finding[] {
  const object = withoutVersion(value as Written)
  const { apiVersion, kind, items } = object
  // kubectl takes a list apart.
  if (kind === 'List' && apiVersion === 'v1' && Array.isArray(items)) {
    return items.flatMap((item, i) => checkDocument(item, namespaces, definitions).map((finding) => ({ ...finding, path: `items[${i}]${finding.path === '' ? '' : `.${finding.path}`}` })))
  }
  if (typeof apiVersion !== 'string' || apiVersion === '') return [problem('apiVersion', 'apiVersion not set')]
  if (typeof kind !== 'string' || kind === '') return [problem('kind', 'kind not set')]
  const info = findKind(apiVersion, kind) ?? customKind(definitions, apiVersion, kind)
  if (info === undefined) return [problem('kind', `no matches for kind "${kind}" in version "${apiVersion}"`)]
  const named = object.metadata?.namespace
  const namespace = typeof named === 'string' && !namespaces.includes(named) ? named : 'default'
  const base = info.group === '' ? `/api/${info.version}` : `/apis/${info.group}/${info.version}`
  const path = info.namespaced ? `${base}/namespaces/${namespace}/${info.plural}` : `${base}/${info.plural}`
  const body =
    namespace === named || named === undefined ? object : { ...object, metadata: { ...object.metadata, namespace } }
  return ask(path, body, info.custom?.definition)
}

function customKind(definitions: readonly KubeObject[], apiVersion: string, kind: string): ResourceInfo | undefined {
  if (definitions.length === 0) return undefined
  return definitions.flatMap(custom.get().resourcesOf).find((resource) => resource.kind === kind && apiVersionOf(resource) === apiVersion)
}

function ask(path: string, body: unknown, definition: KubeObject | undefined): Finding[] {
  if (rehearsal === undefined || rehearsals++ > rehearsalsMax) {
    rehearsal = createCluster({ nodes: 1, latency: 'zero' })
    rehearsals = 0
  }
  const cluster = rehearsal
  // One that is stopped in the middle of a request cannot be used again.
  rehearsal = undefined
  if (definition !== undefined) cluster.etcd.put(`customresourcedefinitions/${definition.metadata.name}`, definition)
  const answer = cluster.request({ verb: 'create', path, query: { dryRun: 'All', fieldValidation: 'Strict' }, body })
  rehearsal = cluster
  if (answer.code < 400)
    return (answer.warnings ?? []).map((message) => ({ ...problem('', message), severity: 'warning' }))
  const status = answer.body as Status
  const causes = status.details?.causes ?? []
  const found = causes
    .filter((c) => c.field !== undefined && c.message !== undefined)
    .map((c) => problem(c.field!, c.message!))
  return found.length > 0 ? found : fieldsNamed(status.message ?? '')
}

/** 'strict decoding error: unknown field "spec.foo", unknown field "spec.bar"': one finding for each field. */
function fieldsNamed(message: string): Finding[] {
  const fields = [...message.matchAll(/(unknown|duplicate) field "([^"]+)"/g)]
  if (fields.length === 0) return [problem('', message)]
  return fields.map(([text, , path]) => problem(path!, text))
}

function problem(path: string, message: string): Finding {
  return { path, message, severity: 'error' }
}
