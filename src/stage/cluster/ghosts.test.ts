import { expect, it } from 'vitest'
import { FilmMaker } from '../testing/filmMaker.ts'
import { testNode, testPod } from '../testing/objects.ts'
import { ghostsAt } from './ghosts.ts'

it('finds what runs without its Pod, at the moment', () => {
  const maker = new FilmMaker().before('nodes/node1', testNode('node1'))
  const pod = testPod({ node: 'node1' })
  maker.write('kubectl', 'pods/default/web', pod)
  maker.put('node1', 'sandboxes/s1', {
    id: 's1',
    podUID: pod.metadata.uid,
    podName: 'web',
    podNamespace: 'default',
    state: 'ready',
  })
  maker.put('node1', 'containers/c1', {
    id: 'c1',
    sandboxID: 's1',
    podUID: pod.metadata.uid,
    name: 'app',
    state: 'running',
  })
  const there = maker.hop('runtime', 'containerd/node1', 'kubelet/node1')
  const gone = maker.write('kubectl', 'pods/default/web', undefined)
  maker.put('node1', 'sandboxes/s1', {
    id: 's1',
    podUID: pod.metadata.uid,
    podName: 'web',
    podNamespace: 'default',
    state: 'notready',
  })
  const cleaned = maker.hop('runtime', 'containerd/node1', 'kubelet/node1')
  const film = maker.film()
  expect(ghostsAt(film, there.world, [pod])).toEqual([])
  expect(ghostsAt(film, gone.world, [])).toEqual([
    { node: 'node1', uid: 'uid-web', namespace: 'default', name: 'web', gone: true, containers: [{ name: 'app', state: 'running' }] },
  ])
  expect(ghostsAt(film, cleaned.world, [])).toEqual([])
})

it('tells what no Pod has come for yet from what is left of one', () => {
  const maker = new FilmMaker().before('nodes/node1', testNode('node1'))
  maker.put('node1', 'sandboxes/s1', { id: 's1', podUID: 'of-a-file', podName: 'web-node1', podNamespace: 'default', state: 'ready' })
  const started = maker.hop('runtime', 'containerd/node1', 'kubelet/node1')
  expect(ghostsAt(maker.film(), started.world, [])).toMatchObject([{ name: 'web-node1', gone: false }])
})

it('shows each container as it was tried last', () => {
  const maker = new FilmMaker().before('nodes/node1', testNode('node1'))
  maker.put('node1', 'sandboxes/s1', { id: 's1', podUID: 'of-a-file', podName: 'api-node1', podNamespace: 'kube-system', state: 'ready' })
  const tried = (id: string, name: string, attempt: number, exitCode?: number): void =>
    void maker.put('node1', `containers/${id}`, { id, sandboxID: 's1', podUID: 'of-a-file', name, attempt, state: exitCode === undefined ? 'running' : 'exited', exitCode })
  tried('b', 'api', 0, 0)
  tried('a', 'api', 1, 255)
  tried('c', 'setup', 0, 0)
  tried('d', 'proxy', 0)
  const { world } = maker.hop('runtime', 'containerd/node1', 'kubelet/node1')
  expect(ghostsAt(maker.film(), world, [])[0]!.containers).toEqual(
    expect.arrayContaining([{ name: 'api', state: 'failed' }, { name: 'setup', state: 'finished' }, { name: 'proxy', state: 'running' }]),
  )
})
