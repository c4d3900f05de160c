import { expect, test } from 'vitest'
import type { Pod } from '../../api/types.ts'
import { makeEnvironment, type DownwardValues } from './environment.ts'
import type { ReferencedObjects } from '../referenced-objects.ts'
import { run } from '../routine.ts'

const pod = { metadata: { name: 'p', namespace: 'default' } } as Pod
const services = { DB_HOST: '10.96.0.7', DB_PORT: '5432' }
const nothing = {} as ReferencedObjects & DownwardValues

function environmentOf(env: { name: string; value: string }[]): string[] {
  let made: string[] = []
  run(makeEnvironment(nothing, pod, { name: 'c', image: 'x', env }, services, nothing), (result) => {
    made = 'env' in result ? Object.entries(result.env).map((entry) => entry.join('=')) : [result.error]
  })
  return made
}

test.each([
  ['what is told of services comes last', [{ name: 'B', value: '1' }, { name: 'A', value: '2' }], ['B=1', 'A=2', 'DB_HOST=10.96.0.7', 'DB_PORT=5432']],
  ['a value may use it', [{ name: 'URL', value: '$(DB_HOST):$(DB_PORT)' }], ['URL=10.96.0.7:5432', 'DB_HOST=10.96.0.7', 'DB_PORT=5432']],
  ['a name of its own wins', [{ name: 'DB_PORT', value: '1' }, { name: 'URL', value: '$(DB_PORT)' }], ['DB_PORT=1', 'URL=1', 'DB_HOST=10.96.0.7']],
])('%s', (_rule, env, wanted) => {
  expect(environmentOf(env)).toEqual(wanted)
})
