import { newQuantity, quantity } from '../../engine/api/quantity.ts'
import { findResource } from '../../engine/api/resources.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { isNotFound } from '../errors.ts'
import type { Session, Task } from '../session.ts'
import { getObject } from '../fileTargets.ts'
import { listObjects } from '../targets.ts'
import { withoutEvents, type Describer } from './describer.ts'
import { amount, Description, writeAnnotations, writeLabels, writeTimedConditions } from './writer.ts'

const resourceQuotas = findResource('', 'v1', 'resourcequotas')!
const limitRanges = findResource('', 'v1', 'limitranges')!

const scopeTexts: Record<string, string> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort: 'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort: 'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
}

function writeScopes(w: Description, level: number, mark: string, scopes: readonly string[] | undefined): void {
  if (!scopes?.length) return
  const sorted = scopes.toSorted()
  w.line(level, `Scopes:\t${sorted.join(', ')}`)
  for (const scope of sorted) if (scopeTexts[scope]) w.line(level, `${mark} ${scopeTexts[scope]}`)
}

export const describeResourceQuota = withoutEvents((w, { metadata, spec, status }) => {
  w.line(0, `Name:\t${metadata.name}`)
  w.line(0, `Namespace:\t${metadata.namespace ?? ''}`)
  writeScopes(w, 0, ' *', spec?.scopes)
  w.line(0, 'Resource\tUsed\tHard')
  w.line(0, '--------\t----\t----')
  for (const name of Object.keys(status?.hard ?? {}).toSorted()) {
    const hard = quantity(status.hard[name])
    const used = quantity(status.used?.[name])
    const shown = used.format === hard.format ? used : newQuantity(Number(used.value), hard.format)
    w.line(0, `${name}\t${shown.text}\t${hard.text}`)
  }
})

const limitHead = 'Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio'
const limitLine = '----\t--------\t---\t---\t---------------\t-------------\t-----------------------'

export const describeLimitRange = withoutEvents((w, range) => {
  w.line(0, `Name:\t${range.metadata.name}`)
  w.line(0, `Namespace:\t${range.metadata.namespace ?? ''}`)
  w.line(0, limitHead)
  w.line(0, limitLine)
  writeLimits(w, range, '')
})

function writeLimits(w: Description, range: KubeObject, indent: string): void {
  for (const limit of range['spec']?.limits ?? []) {
    const lists = [limit.min, limit.max, limit.defaultRequest, limit.default, limit.maxLimitRequestRatio]
    const names = new Set(lists.flatMap((list) => Object.keys(list ?? {})))
    for (const name of [...names].toSorted()) {
      const cells = lists.map((list) => (list?.[name] === undefined ? '-' : amount(list[name])))
      w.line(0, `${indent}${limit.type}\t${name}\t${cells.join('\t')}`)
    }
  }
}

export const describeNamespace: Describer = function* (session, target) {
  const { metadata, status } = yield* getObject(session, target)
  const quotas = yield* listOrNothing(session, resourceQuotas, target.name)
  const ranges = yield* listOrNothing(session, limitRanges, target.name)
  const w = new Description(session.input.now())
  w.line(0, `Name:\t${metadata.name}`)
  writeLabels(w, 'Labels', metadata.labels)
  writeAnnotations(w, 'Annotations', metadata.annotations)
  w.line(0, `Status:\t${status?.phase ?? ''}`)
  writeTimedConditions(w, status?.conditions)
  if (quotas) writeQuotas(w, quotas)
  if (ranges) writeRanges(w, ranges)
  return w.text()
}

function* listOrNothing(session: Session, resource: typeof limitRanges, namespace: string): Task<KubeObject[] | undefined> {
  try {
    return (yield* listObjects(session, { resource, namespace })).items
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

function writeQuotas(w: Description, quotas: readonly KubeObject[]): void {
  w.write(0, '\n')
  if (quotas.length === 0) return w.line(0, 'No resource quota.')
  w.line(0, 'Resource Quotas')
  for (const { metadata, spec, status } of quotas.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))) {
    w.line(1, `Name:\t${metadata.name}`)
    writeScopes(w, 1, '*', spec?.scopes)
    w.line(1, 'Resource\tUsed\tHard')
    w.line(1, '--------\t---\t---')
    for (const name of Object.keys(status?.hard ?? {}).toSorted()) {
      w.line(1, `${name}\t${amount(status.used?.[name])}\t${amount(status.hard[name])}`)
    }
  }
}

function writeRanges(w: Description, ranges: readonly KubeObject[]): void {
  w.write(0, '\n')
  if (ranges.length === 0) return w.line(0, 'No LimitRange resource.')
  w.write(0, `Resource Limits\n ${limitHead}\n`)
  w.line(0, ` ${limitLine}`)
  for (const range of ranges) writeLimits(w, range, ' ')
}
