import { expect, test } from 'vitest'
import { fieldsInChinese } from '../../../i18n/zh/fields.ts'
import { documentSchema } from './jsonSchema.ts'
import type { KubernetesTypes } from './jsonSchema.ts'
import { kubernetesTypes } from './schema.generated.ts'

const types = kubernetesTypes as KubernetesTypes

test('what is explained in Chinese is a field', () => {
  const wrong = [...fieldsInChinese.keys()].filter((id) => {
    const dot = id.lastIndexOf('.')
    const type = id.slice(0, dot)
    return (
      (type === '*' ? types.definitions['Pod'] : types.definitions[type])?.properties?.[id.slice(dot + 1)] === undefined
    )
  })
  expect(wrong).toEqual([])
  expect(fieldsInChinese.size).toBeGreaterThan(200)
})

test('explanations replace the published ones where there are any', () => {
  const field = (name: string, of: ReturnType<typeof documentSchema>) => of.definitions!['PodSpec']!.properties![name]!
  const english = documentSchema(types)
  const chinese = documentSchema(types, fieldsInChinese)
  expect(field('restartPolicy', english).description).toContain('Restart policy for all containers within the pod')
  expect(field('restartPolicy', chinese).description).toContain('容器结束后怎么办')
  expect(chinese.definitions!['Deployment']!.properties!['kind']!.description).toContain('种类')
  expect(field('readinessGates', chinese).description).toContain('就绪')
})

test('a document follows the type of its apiVersion and kind', () => {
  const { allOf, properties } = documentSchema(types)
  const deployment = allOf!.find((choice) => choice.if?.properties?.['kind']?.const === 'Deployment')!
  expect(deployment.then).toEqual({ $ref: '#/definitions/Deployment' })
  expect(deployment.if!.properties!['apiVersion']!.const).toBe('apps/v1')
  expect(properties!['apiVersion']!.enum).toContain('batch/v1')
})

test('fields of later versions are left out', () => {
  expect(types.definitions['PodSpec']!.properties).not.toHaveProperty('schedulingGroup')
  expect(types.definitions['PodSpec']!.properties).toHaveProperty('restartPolicy')
})
