import { expect, test } from 'vitest'
import { fieldsInChinese } from '../../../i18n/zh/fields.ts'
import { fieldText } from './fields.ts'
import type { KubernetesTypes } from './jsonSchema.ts'
import { kubernetesTypes } from './schema.generated.ts'

const types = kubernetesTypes as KubernetesTypes
const pod = { apiVersion: 'v1', kind: 'Pod' }

test.each<[object: { apiVersion: string; kind: string }, path: string, text: RegExp | undefined]>([
  [pod, 'spec.containers.image', /^Container image name/],
  [pod, 'spec.containers.livenessProbe.httpGet.path', /^Path to access on the HTTP server/],
  [pod, 'metadata.labels', /^Map of string keys and values/],
  [{ apiVersion: 'apps/v1', kind: 'Deployment' }, 'spec.template.spec.containers.env.name', /^Name of the environment variable/],
  [pod, 'metadata.labels.app', undefined],
  [pod, 'spec.nothing', undefined],
  [{ apiVersion: 'example.com/v1', kind: 'Tree' }, 'spec.height', undefined],
])('%o %s', (object, path, text) => {
  const found = fieldText(types, new Map(), object, path)
  if (text === undefined) expect(found).toBeUndefined()
  else expect(found).toMatch(text)
})

test("the reader's language comes first", () => {
  expect(fieldText(types, fieldsInChinese, pod, 'spec.restartPolicy')).toMatch(/^容器结束后怎么办/)
  expect(fieldText(types, fieldsInChinese, pod, 'kind')).toMatch(/^对象的种类/)
})
