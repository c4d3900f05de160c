/** Pods: what is new; their changes are in podUpdate.ts. */
import { forbidden, type FieldError } from '../field.ts'
import type { KubeObject } from '../types.ts'
import { validateImageSpaces } from './containers.ts'
import { validatePodAnnotations } from './podAnnotations.ts'
import { appArmorAgrees, seccompAgrees } from './podProfiles.ts'
import { validatePodSpec } from './podSpec.ts'
import { type Fields } from './report.ts'

/** What create and update have in common, metadata aside. */
export function validateSpec(pod: KubeObject, errors: FieldError[]): void {
  const spec: Fields = pod['spec'] ?? {}
  validatePodAnnotations(pod.metadata.annotations, spec, 'metadata.annotations', errors)
  validatePodSpec(spec, pod.metadata.name, 'spec', errors)
  if (!spec['serviceAccountName']) forbidTokens(spec, errors)
  validateImageSpaces(spec, 'spec', errors)
}

function forbidTokens(spec: Fields, errors: FieldError[]): void {
  spec['volumes']?.forEach((volume: Fields, i: number) => {
    volume['projected']?.sources?.forEach((source: Fields, k: number) => {
      if (!source['serviceAccountToken']) return
      errors.push(
        forbidden(
          `spec.volumes[${i}].projected.sources[${k}].serviceAccountToken`,
          'must not be specified when serviceAccountName is not set',
        ),
      )
    })
  })
}

export function createPod(pod: KubeObject, errors: FieldError[]): void {
  validateSpec(pod, errors)
  const { ephemeralContainers, nodeName, schedulingGates } = pod['spec'] ?? {}
  if (ephemeralContainers?.length > 0) errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'))
  if (nodeName && schedulingGates?.length > 0) {
    errors.push(forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'))
  }
  seccompAgrees(pod.metadata.annotations, pod['spec'] ?? {}, 'spec', errors)
  appArmorAgrees(pod.metadata.annotations, pod['spec'] ?? {}, 'spec', errors)
}
