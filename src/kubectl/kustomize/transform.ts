import { isSelectorError, matches, parseSelector } from '../../engine/api/selector.ts'
import { jsonPatch } from '../../engine/api/patch/jsonPatch.ts'
import { mergePatch } from '../../engine/api/patch/mergePatch.ts'
import { strategicMergePatch } from '../../engine/api/patch/strategic.ts'
import { findKind } from '../../engine/api/resources.ts'
import { CommandError } from '../errors.ts'
import { readDocuments } from '../manifest/documents.ts'
import { type Fields, isNamespaced, podSpecsOf, type Resource, templatesOf } from './resource.ts'
import { joined, type Kustomization, type Patch } from './kustomization.ts'
import { isSelected } from './select.ts'

/** What a kustomization changes in the resources that it has, in kustomize's own order (api/internal/target configureBuiltinTransformers). */
export function transform(resources: Resource[], kustomization: Kustomization, read: (path: string) => string, directory: string): void {
  for (const one of kustomization.patchesStrategicMerge ?? []) {
    const isInline = /^\s*(apiVersion|kind|metadata|\$patch)\s*:/m.test(one) && one.includes('\n')
    patch(resources, { patch: isInline ? one : read(joined(directory, one)) })
  }
  for (const one of kustomization.patches ?? []) patch(resources, { ...one, patch: one.patch ?? read(joined(directory, one.path ?? '')) })
  setNamespace(resources, kustomization.namespace)
  for (const resource of resources) rename(resource, (name) => `${kustomization.namePrefix ?? ''}${name}${kustomization.nameSuffix ?? ''}`)
  if (kustomization.commonLabels !== undefined) for (const { object } of resources) label(object, kustomization.commonLabels, { selectors: true, templates: true })
  for (const { pairs = {}, includeSelectors = false, includeTemplates = false } of kustomization.labels ?? []) {
    for (const { object } of resources) label(object, pairs, { selectors: includeSelectors, templates: includeTemplates || includeSelectors })
  }
  if (kustomization.commonAnnotations !== undefined) for (const { object } of resources) annotate(object, kustomization.commonAnnotations)
  for (const one of kustomization.patchesJson6902 ?? []) patch(resources, { ...one, patch: one.patch ?? read(joined(directory, one.path ?? '')) })
  for (const { name, count } of kustomization.replicas ?? []) scale(resources, name, count)
  for (const image of kustomization.images ?? []) for (const { object } of resources) replaceImage(object, image)
}

export function rename(resource: Resource, change: (name: string) => string): void {
  const { metadata, kind } = resource.object as { metadata: Fields; kind: string }
  // A CustomResourceDefinition's name says what it defines, a Namespace's is known elsewhere.
  if (['CustomResourceDefinition', 'APIService', 'Namespace'].includes(kind)) return
  const name = change(metadata['name'])
  if (name === metadata['name']) return
  resource.names.push(metadata['name'])
  metadata['name'] = name
}

function setNamespace(resources: readonly Resource[], namespace: string | undefined): void {
  if (namespace === undefined) return
  for (const { object } of resources) {
    if (object['kind'] === 'Namespace') object['metadata'].name = namespace
    else if (isNamespaced(object)) object['metadata'].namespace = namespace
    // Accounts that are made here are found where they are made.
    for (const subject of (object['subjects'] ?? []) as Fields[]) {
      const isOurs = resources.some(({ object: other, names }) => other['kind'] === 'ServiceAccount' && [other['metadata'].name, ...names].includes(subject['name']))
      if (subject['kind'] === 'ServiceAccount' && (isOurs || subject['name'] === 'default')) subject['namespace'] = namespace
    }
  }
}

const workloads = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'Job', 'CronJob'])
const matchLabelled = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'PodDisruptionBudget'])

function label(object: Fields, pairs: Record<string, string>, o: { selectors: boolean; templates: boolean }): void {
  const { kind, spec } = object as { kind: string; spec?: Fields }
  const into = (fields: Fields, name: string): void => void (fields[name] = { ...fields[name], ...pairs })
  into(object['metadata'], 'labels')
  if (o.templates && workloads.has(kind)) for (const template of templatesOf(object)) into((template['metadata'] ??= {}), 'labels')
  if (!o.selectors || spec === undefined) return
  if (kind === 'Service' && spec['selector'] !== undefined) into(spec, 'selector')
  if (kind === 'ReplicationController') into(spec, 'selector')
  if (matchLabelled.has(kind)) into((spec['selector'] ??= {}), 'matchLabels')
  if (kind === 'NetworkPolicy' && spec['podSelector']?.matchLabels !== undefined) into(spec['podSelector'], 'matchLabels')
  for (const claim of (kind === 'StatefulSet' ? (spec['volumeClaimTemplates'] ?? []) : []) as Fields[]) into(claim['metadata'], 'labels')
}

function annotate(object: Fields, pairs: Record<string, string>): void {
  const into = (metadata: Fields): void => void (metadata['annotations'] = { ...metadata['annotations'], ...pairs })
  into(object['metadata'])
  if (workloads.has(object['kind'])) for (const template of templatesOf(object)) into((template['metadata'] ??= {}))
}

function scale(resources: readonly Resource[], name: string, count: number): void {
  const found = resources.filter(({ object, names }) => ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].includes(object['kind']) && [object['metadata'].name, ...names].includes(name))
  if (found.length === 0) throw new CommandError(`resource with name ${name} does not match a config with the following GVK [Deployment.v1.apps StatefulSet.v1.apps ReplicaSet.v1.apps ReplicationController.v1.[noGrp]]`)
  for (const { object } of found) object['spec'].replicas = count
}

function replaceImage(object: Fields, image: { name: string; newName?: string; newTag?: string; digest?: string }): void {
  for (const spec of podSpecsOf(object)) {
    for (const container of [...(spec['containers'] ?? []), ...(spec['initContainers'] ?? [])] as Fields[]) {
      const [, name = '', rest = ''] = /^(.*?)((?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?)$/.exec(container['image'] ?? '') ?? []
      if (name !== image.name) continue
      const end = image.digest !== undefined ? `@${image.digest}` : image.newTag !== undefined ? `:${image.newTag}` : rest
      container['image'] = `${image.newName ?? name}${end}`
    }
  }
}

// --- patches --------------------------------------------------------------------------------------

function patch(resources: Resource[], { patch: text = '', target }: Patch): void {
  const { values, error } = readDocuments(text)
  if (error !== '') throw new CommandError(`unable to parse SM or JSON patch from [patch: ${JSON.stringify(text)}]`)
  for (const value of values) {
    const isList = Array.isArray(value)
    if (isList && target === undefined) throw new CommandError('must specify a target for JSON patch')
    const chosen = resources.filter((resource) => (target === undefined ? isNamed(resource, value as Fields) : isTarget(resource, target)))
    if (chosen.length === 0 && target === undefined) {
      const { kind, metadata, apiVersion = '' } = value as Fields
      throw new CommandError(`no resource matches strategic merge patch "${kind}.${apiVersion.includes('/') ? `${apiVersion.split('/')[1]}.${apiVersion.split('/')[0]}` : `${apiVersion}.[noGrp]`}/${metadata?.name}.${metadata?.namespace ?? '[noNs]'}": no matches for Id ${kind}.${apiVersion.includes('/') ? `${apiVersion.split('/')[1]}.${apiVersion.split('/')[0]}` : `${apiVersion}.[noGrp]`}/${metadata?.name}.${metadata?.namespace ?? '[noNs]'}; failed to find unique target for patch ${kind}.${apiVersion.includes('/') ? `${apiVersion.split('/')[1]}.${apiVersion.split('/')[0]}` : `${apiVersion}.[noGrp]`}/${metadata?.name}.${metadata?.namespace ?? '[noNs]'}`)
    }
    for (const resource of chosen) {
      if ((value as Fields)['$patch'] === 'delete') resources.splice(resources.indexOf(resource), 1)
      else resource.object = patched(resource, value)
    }
  }
}

function patched({ object }: Resource, value: unknown): Fields {
  if (Array.isArray(value)) return jsonPatch(object, value) as Fields
  // The name of what is patched stays, whatever the patch calls it.
  const { metadata = {}, ...rest } = value as Fields
  const { name: _, namespace: __, ...meta } = metadata as Fields
  const change = { ...rest, metadata: meta, apiVersion: object['apiVersion'], kind: object['kind'] }
  const isKnown = findKind(object['apiVersion'], object['kind']) !== undefined
  return (isKnown ? strategicMergePatch(object as never, change as never, object['apiVersion'], object['kind']) : mergePatch(object, change)) as Fields
}

function isNamed({ object, names }: Resource, { kind, metadata }: Fields): boolean {
  return object['kind'] === kind && [object['metadata'].name, ...names].includes(metadata?.name) && (metadata?.namespace === undefined || object['metadata'].namespace === metadata.namespace)
}

function isTarget(resource: Resource, target: NonNullable<Patch['target']>): boolean {
  const chosen = (selector: string | undefined, labels: Record<string, string> | undefined): boolean => {
    if (selector === undefined) return true
    const parsed = parseSelector(selector)
    return !isSelectorError(parsed) && matches(parsed, labels ?? {})
  }
  const { metadata } = resource.object as { metadata: Fields }
  return isSelected(resource, target) && chosen(target.labelSelector, metadata['labels']) && chosen(target.annotationSelector, metadata['annotations'])
}
