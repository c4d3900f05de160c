/** Defaults of the kinds of apps/v1, batch/v1 and of ReplicationController. */
import { claimSpecDefaults, podTemplateDefaults } from './podSpec.ts'
import { fill, inside, insideEach } from './fill.ts'

type Fields = Record<string, any>

const template = (spec: Fields): Fields => inside(spec, 'template', podTemplateDefaults)

export const replicaSet = (object: Fields): Fields =>
  inside(object, 'spec', (spec) => template(fill(spec, { replicas: 1 })))

export function replicationController(object: Fields): Fields {
  const labels = object['spec']?.template?.metadata?.labels
  let out = inside(object, 'spec', (spec) => template(fill(spec, { replicas: 1, selector: labels })))
  if (labels && !hasEntries(out['metadata'].labels)) out = { ...out, metadata: { ...out['metadata'], labels } }
  return out
}

const hasEntries = (map: object | undefined): boolean => map !== undefined && Object.keys(map).length > 0

export function deployment(object: Fields): Fields {
  return inside(object, 'spec', (given) => {
    const spec = fill(given, { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600, strategy: {} })
    return template(
      inside(spec, 'strategy', (strategy) => rolling(strategy, { maxUnavailable: '25%', maxSurge: '25%' })),
    )
  })
}

/** A strategy that is RollingUpdate, or becomes it for want of another, has its parameters. */
function rolling(strategy: Fields, parameters: Fields): Fields {
  const out = fill(strategy, { type: 'RollingUpdate' })
  if (out['type'] !== 'RollingUpdate') return out
  return inside(fill(out, { rollingUpdate: {} }), 'rollingUpdate', (given) => fill(given, parameters))
}

export function daemonSet(object: Fields): Fields {
  return inside(object, 'spec', (given) => {
    const spec = fill(given, { revisionHistoryLimit: 10, updateStrategy: {} })
    return template(inside(spec, 'updateStrategy', (strategy) => rolling(strategy, { maxUnavailable: 1, maxSurge: 0 })))
  })
}

export function statefulSet(object: Fields): Fields {
  return inside(object, 'spec', (given) => {
    let spec = fill(given, {
      replicas: 1,
      revisionHistoryLimit: 10,
      podManagementPolicy: 'OrderedReady',
      updateStrategy: {},
      persistentVolumeClaimRetentionPolicy: {},
    })
    spec = inside(spec, 'persistentVolumeClaimRetentionPolicy', (policy) =>
      fill(policy, { whenDeleted: 'Retain', whenScaled: 'Retain' }),
    )
    spec = inside(spec, 'updateStrategy', (strategy) => rolling(strategy, { partition: 0 }))
    spec = insideEach(spec, 'volumeClaimTemplates', claimTemplate)
    return template(spec)
  })
}

function claimTemplate(claim: Fields): Fields {
  const out = fill(claim, { apiVersion: 'v1', kind: 'PersistentVolumeClaim', status: {} })
  return inside(inside(out, 'spec', claimSpecDefaults), 'status', (status) => fill(status, { phase: 'Pending' }))
}

export function job(object: Fields): Fields {
  const labels = object['spec']?.template?.metadata?.labels
  const out = inside(object, 'spec', jobSpec)
  if (!labels || hasEntries(out['metadata'].labels)) return out
  return { ...out, metadata: { ...out['metadata'], labels } }
}

function jobSpec(given: Fields): Fields {
  const single = given['completions'] === undefined && given['parallelism'] === undefined
  const spec = fill(jobTemplateSpec(given), {
    completions: single ? 1 : undefined,
    parallelism: 1,
    backoffLimit: given['backoffLimitPerIndex'] === undefined ? 6 : 2147483647,
    completionMode: 'NonIndexed',
    suspend: false,
    manualSelector: false,
    podReplacementPolicy: given['podFailurePolicy'] ? 'Failed' : 'TerminatingOrFailed',
  })
  return spec
}

/** What the job template of a CronJob gets too. */
function jobTemplateSpec(spec: Fields): Fields {
  return template(
    inside(spec, 'podFailurePolicy', (policy) =>
      insideEach(policy, 'rules', (rule) =>
        insideEach(rule, 'onPodConditions', (pattern) => (pattern.status ? pattern : { ...pattern, status: 'True' })),
      ),
    ),
  )
}

export function cronJob(object: Fields): Fields {
  return inside(object, 'spec', (given) => {
    const spec = fill(given, {
      concurrencyPolicy: 'Allow',
      suspend: false,
      successfulJobsHistoryLimit: 3,
      failedJobsHistoryLimit: 1,
    })
    return inside(spec, 'jobTemplate', (jobTemplate) => inside(jobTemplate, 'spec', jobTemplateSpec))
  })
}
