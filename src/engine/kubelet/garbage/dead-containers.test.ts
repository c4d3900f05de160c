import { expect, test } from 'vitest'
import type { ContainerRecord, SandboxRecord } from '../../api/machine.ts'
import { deadContainers } from './dead-containers.ts'

/** 'c2 app exited s1': newest first. */
const containers = (...texts: string[]): ContainerRecord[] =>
  texts.map((text) => {
    const [id, name, state, sandboxID = 's1'] = text.split(' ')
    return { id, name, state, sandboxID } as ContainerRecord
  })
const sandboxes = (...texts: string[]): SandboxRecord[] =>
  texts.map((text) => {
    const [id, state] = text.split(' ')
    return { id, state } as SandboxRecord
  })

test.each<[string, ContainerRecord[], SandboxRecord[], boolean, string[], string[]]>([
  ['a container that crashed for the first time stays', containers('c1 app exited'), sandboxes('s1 ready'), false, [], []],
  ['of three that have ended the newest stays', containers('c3 app exited', 'c2 app exited', 'c1 app exited'), sandboxes('s1 ready'), false, ['c2', 'c1'], []],
  ['beside the one that runs the last one stays', containers('c3 app running', 'c2 app exited', 'c1 app exited'), sandboxes('s1 ready'), false, ['c1'], []],
  ['each name counts by itself', containers('c3 web exited', 'c2 app exited', 'c1 web exited'), sandboxes('s1 ready'), false, ['c1'], []],
  ['of an evicted pod nothing dead stays', containers('c2 app exited', 'c1 proxy running'), sandboxes('s1 ready'), true, ['c2'], []],
  ['a sandbox that was replaced goes with its last container', containers('c3 app running s2', 'c2 app exited s2', 'c1 app exited s1'), sandboxes('s2 ready', 's1 notready'), false, ['c1'], ['s1']],
  ['and stays as long as it has one', containers('c2 app running s2', 'c1 app exited s1'), sandboxes('s2 ready', 's1 notready'), false, [], []],
  ['the newest sandbox stays', containers(), sandboxes('s1 notready'), false, [], []],
])('%s', (_, c, s, all, goneContainers, goneSandboxes) => {
  expect(deadContainers({ containers: c, sandboxes: s }, all)).toEqual({ containers: goneContainers, sandboxes: goneSandboxes })
})
