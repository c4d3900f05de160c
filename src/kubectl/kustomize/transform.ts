import { isSelectorError, matches, parseSelector } from '../../engine/api/selector.ts'
import { isMap, PatchFailure } from '../../engine/api/patch/jsonMap.ts'
import { jsonPatch } from '../../engine/api/patch/jsonPatch.ts'
import { mergePatch } from '../../engine/api/patch/mergePatch.ts'
import { strategyOf, typeOf } from '../../engine/api/patch/metadata.ts'
import { strategicMergePatch } from '../../engine/api/patch/strategic.ts'
import { findKind } from '../../engine/api/resources.ts'
import { CommandError } from '../errors.ts'
import { readDocuments } from '../manifest/documents.ts'
import { type Fields, isNamespaced, podSpecsOf, type Resource, templatesOf } from './resource.ts'
import { label } from './labels.ts'
import { joined, type Kustomization, type Patch } from './kustomization.ts'
import { toYaml } from '../printing/goYaml.ts'
import { during } from './during.ts'
import { isSelected } from './select.ts'

/** What a kustomization changes in the resources that it has, in kustomize's own order (api/internal/target configureBuiltinTransformers). */
export function transform(resources: Resource[], kustomization: Kustomization, read: (path: string) => string, directory: string): void {
  for (const one of kustomization.patchesStrategicMerge ?? []) {
    const isInline = /^\s*(apiVersion|kind|metadata|\$patch)\s*:/m.test(one) && one.includes('\n')
    patch(resources, { patch: isInline ? one : configured('PatchStrategicMergeTransformer', { paths: [one] }, () => read(joined(directory, one))) })
  }
  for (const one of kustomization.patches ?? []) patch(resources, { ...one, patch: patchText(one, read, directory) })
  setNamespace(resources, kustomization.namespace)
  for (const resource of resources) rename(resource, (name) => `${kustomization.namePrefix ?? ''}${name}${kustomization.nameSuffix ?? ''}`)
  if (kustomization.commonLabels !== undefined) for (const { object } of resources) label(object, kustomization.commonLabels, { selectors: true, templates: true })
  for (const { pairs = {}, includeSelectors = false, includeTemplates = false, fields = [] } of kustomization.labels ?? []) {
    for (const { object } of resources) label(object, pairs, { selectors: includeSelectors, templates: includeTemplates || includeSelectors, fields })
  }
  if (kustomization.commonAnnotations !== undefined) for (const { object } of resources) annotate(object, kustomization.commonAnnotations)
  for (const one of kustomization.patchesJson6902 ?? []) patch(resources, { ...one, patch: one.patch ?? configured('PatchJson6902Transformer', one, () => read(joined(directory, one.path ?? ''))) })
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
  const accounts = resources.filter(({ object }) => object['kind'] === 'ServiceAccount').map(({ object: { metadata }, names }) => ({ names: [metadata.name, ...names], at: metadata.namespace }))
  for (const { object } of resources) {
    if (object['kind'] === 'Namespace') object['metadata'].name = namespace
    else if (isNamespaced(object)) object['metadata'].namespace = namespace
    // Accounts that are made here are found where they are made.
    for (const subject of (object['subjects'] ?? []) as Fields[]) {
      const isOurs = accounts.some(({ names, at }) => names.includes(subject['name']) && at === subject['namespace'])
      if (subject['kind'] === 'ServiceAccount' && (isOurs || subject['name'] === 'default')) subject['namespace'] = namespace
    }
  }
}

const workloads = new Set(['Deployment', 'ReplicaSet', 'StatefulSet', 'DaemonSet', 'ReplicationController', 'Job', 'CronJob'])
function annotate(object: Fields, pairs: Record<string, string>): void {
  const into = (metadata: Fields): void => void (metadata['annotations'] = { ...metadata['annotations'], ...pairs })
  into(object['metadata'])
  if (workloads.has(object['kind'])) for (const template of templatesOf(object)) into((template['metadata'] ??= {}))
}

function scale(resources: readonly Resource[], name: string, count: number): void {
  const found = resources.filter(({ object, names }) => ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].includes(object['kind']) && [object['metadata'].name, ...names].includes(name))
  if (found.length === 0) throw new CommandError(`resource with name ${name} does not match a config with the following GVK [Deployment.[noVer].[noGrp] StatefulSet.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] ReplicationController.[noVer].[noGrp]]`)
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

/** What a transformer cannot be set up with, with its configuration. */
const configured = <T>(transformer: string, config: object, work: () => T): T =>
  during(`trouble configuring builtin ${transformer} with config: \`\n${toYaml(config)}\``, work)

function patchText(one: Patch, read: (path: string) => string, directory: string): string {
  return configured('PatchTransformer', one, () => {
    const { path, patch: inline } = one
    if ((path === undefined) === (inline === undefined)) throw new CommandError(`${path === undefined ? 'must specify one of patch and path in' : 'patch and path can\'t be set at the same time'}\n${toYaml(one).trimEnd()}`)
    const text = inline ?? during(`failed to get the patch file from path(${path})`, () => read(joined(directory, path!)))
    const { values, error } = readDocuments(text, 'core')
    if (error !== '' || values.some((value) => typeof value !== 'object')) throw new CommandError(`unable to parse SM or JSON patch from [patch: ${JSON.stringify(text)}]`)
    return text
  })
}

function patch(resources: Resource[], { patch: text = '', target }: Patch): void {
  const { values, error } = readDocuments(text, 'core')
  if (error !== '') throw new CommandError(`unable to parse SM or JSON patch from [patch: ${JSON.stringify(text)}]`)
  for (const value of values) {
    const isList = Array.isArray(value)
    if (isList && target === undefined) throw new CommandError(`must specify a target for JSON patch [patch: ${JSON.stringify(text)}]`)
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

function patched(resource: Resource, value: unknown): Fields {
  try {
    return merged(resource, value)
  } catch (error) {
    if (error instanceof PatchFailure) throw new CommandError(error.message)
    throw error
  }
}

function merged({ object }: Resource, value: unknown): Fields {
  if (Array.isArray(value)) return jsonPatch(object, value) as Fields
  // The name of what is patched stays, whatever the patch calls it.
  const { metadata = {}, ...rest } = value as Fields
  const { name: _, namespace: __, ...meta } = metadata as Fields
  const change = { ...rest, metadata: meta, apiVersion: object['apiVersion'], kind: object['kind'] }
  const isKnown = findKind(object['apiVersion'], object['kind']) !== undefined
  if (!isKnown) return mergePatch(object, change) as Fields
  return patchFirst(strategicMergePatch(object, change, object['apiVersion'], object['kind']), change, typeOf(object['apiVersion'], object['kind'])) as Fields
}

/** In lists that are merged by a key, what the patch names stands first, in its order (kyaml merges that way, Kubernetes does not). */
function patchFirst(object: unknown, change: unknown, type: ReturnType<typeof typeOf>): unknown {
  if (!isMap(object) || !isMap(change)) return object
  const fields = Object.entries(object).map(([name, value]): [string, unknown] => {
    const { mergeKey, type: inner } = strategyOf(type, name)
    const named = change[name]
    if (!Array.isArray(value) || !Array.isArray(named) || mergeKey === undefined || !value.every(isMap)) return [name, patchFirst(value, named, inner)]
    const first = named.flatMap((item) => value.filter((one) => isMap(item) && one[mergeKey] === item[mergeKey]).map((one) => patchFirst(one, item, inner)))
    return [name, [...first, ...value.filter((one) => !named.some((item) => isMap(item) && one[mergeKey] === item[mergeKey]))]]
  })
  return Object.fromEntries(fields)
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
