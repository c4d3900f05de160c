import { expect, it } from 'vitest'
import type { KubeObject } from '../../../engine/api/types.ts'
import { filmOf } from '../../testing/filmOf.ts'
import { ownersKeeper, ownersOf } from './owners.ts'

it('names the owners of a pod from the top', async () => {
  const film = await filmOf([{ at: 0, kubectl: 'create deployment web --image=nginx' }], {}, 5)
  const revision = film.revisionAt(film.steps.length - 1)
  const pod = film.etcd.range('pods/', revision)[0] as KubeObject
  const owners = ownersOf(film, pod, revision)
  expect(owners.map(({ kind }) => kind)).toEqual(['Deployment', 'ReplicaSet'])
  for (const { key } of owners) expect(film.etcd.get(key, revision)).toBeDefined()
})

it('keeps the list of owners from one moment to the next', async () => {
  const film = await filmOf([{ at: 0, kubectl: 'create deployment web --image=nginx' }], {}, 5)
  const revision = film.revisionAt(film.steps.length - 1)
  const pod = film.etcd.range('pods/', revision)[0] as KubeObject
  const find = ownersKeeper()
  const owners = find(film, pod, revision - 1)
  expect(owners).toHaveLength(2)
  expect(find(film, pod, revision)).toBe(owners)
  expect(find(film, { ...pod, metadata: { ...pod.metadata, ownerReferences: [] } }, revision)).toEqual([])
})
