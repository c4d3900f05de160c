import { expect, it } from 'vitest'
import { printPod } from '../../engine/api/podStatus.ts'
import type { ContainerStatus, Event, Node, Pod } from '../../engine/api/types.ts'
import { replay } from '../../engine/index.ts'
import { glossary as en } from '../../i18n/en/glossary.ts'
import { words as enWords } from '../../i18n/en/words.ts'
import { glossary as zh } from '../../i18n/zh/glossary.ts'
import { words as zhWords } from '../../i18n/zh/words.ts'
import { catalogue } from '../../scenarios/index.ts'
import { entryOf } from '../shared/explanation.ts'

/** Kubernetes' own words that a film shows: STATUS, phases, reasons, conditions and their reasons. */
function wordsOf(objects: Iterable<unknown>): Set<string> {
  const words = new Set<string>()
  const add = (word: string | undefined): void => {
    if (word) words.add(entryOf(word))
  }
  for (const object of objects as Iterable<Pod | Node | Event>) {
    if (object.kind === 'Event') add((object as Event).reason)
    if (object.kind !== 'Pod' && object.kind !== 'Node') continue
    for (const { type, status, reason } of object.status.conditions ?? []) {
      add(type)
      if (status !== 'True') add(reason)
    }
    if (object.kind === 'Pod') for (const word of podWords(object as Pod)) add(word)
  }
  return words
}

function podWords(pod: Pod): (string | undefined)[] {
  const { phase, reason, qosClass, initContainerStatuses = [], containerStatuses = [] } = pod.status
  const states = [...initContainerStatuses, ...containerStatuses].flatMap(({ state, lastState }: ContainerStatus) => [
    state?.waiting?.reason,
    state?.terminated?.reason,
    lastState?.terminated?.reason,
  ])
  return [phase, reason, qosClass, printPod(pod).status, ...states]
}

it('every word that a scenario shows has its explanation, in both languages', () => {
  const missing = new Set<string>()
  for (const scenario of catalogue) {
    const { etcd } = replay(scenario)
    for (const word of wordsOf(etcd.log.map((entry) => entry.value).filter((value) => value !== undefined))) {
      if (!(word in en || word in enWords)) missing.add(`en ${word}`)
      if (!(word in zh || word in zhWords)) missing.add(`zh ${word}`)
    }
  }
  expect([...missing]).toEqual([])
}, 120_000)
