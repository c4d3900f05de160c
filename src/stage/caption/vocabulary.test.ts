import { expect, it } from 'vitest'
import { printPod } from '../../engine/api/podStatus.ts'
import type { ContainerStatus, Node, Pod } from '../../engine/api/types.ts'
import { replay } from '../../engine/index.ts'
import type { Step } from '../../engine/index.ts'
import { glossary as en } from '../../i18n/en/glossary.ts'
import { words as enWords } from '../../i18n/en/words.ts'
import { glossary as zh } from '../../i18n/zh/glossary.ts'
import { words as zhWords } from '../../i18n/zh/words.ts'
import { catalogue, levels } from '../../scenarios/index.ts'
import { entryOf } from '../shared/words/explanation.ts'
import { nodeStatus } from '../shared/objects/status.ts'

interface Told {
  kind: string
  reason?: string
  spec?: { taints?: { effect: string }[] }
  status?: { phase?: string; conditions?: { type: string; status: string; reason?: string }[] }
}

/** Kubernetes' own words that a film shows: STATUS, phases, reasons, conditions and their reasons, effects of taints. */
function* wordsOf(object: Told): Iterable<string | undefined> {
  if (object.kind === 'Event') yield object.reason
  yield object.status?.phase
  for (const { type, reason } of object.status?.conditions ?? []) yield* [type, reason]
  for (const { effect } of object.spec?.taints ?? []) yield effect
  if (object.kind === 'Node') yield nodeStatus(object as unknown as Node)
  if (object.kind === 'Pod') yield* podWords(object as unknown as Pod)
}

function podWords(pod: Pod): (string | undefined)[] {
  const { reason, qosClass, initContainerStatuses = [], containerStatuses = [] } = pod.status
  const states = [...initContainerStatuses, ...containerStatuses].flatMap(({ state, lastState }: ContainerStatus) => [
    state?.waiting?.reason,
    state?.terminated?.reason,
    lastState?.terminated?.reason,
  ])
  return [reason, qosClass, printPod(pod).status, pod.spec.restartPolicy, ...states]
}

/** The scheduler's plugins, and why a request was refused. */
function* wordsOfStep({ detail }: Step): Iterable<string> {
  if (detail?.type === 'Refused') yield detail['reason'] as string
  if (detail?.type === 'Score') for (const { name } of detail['plugins'] as { name: string }[]) yield name
}

it('every word that a scenario shows has its explanation, in both languages', () => {
  const missing = new Set<string>()
  const seen = new Set<string>()
  const check = (word: string | undefined): void => {
    const entry = word && entryOf(word)
    if (!entry || seen.has(entry)) return
    seen.add(entry)
    for (const [language, ...texts] of [['en', en, enWords], ['zh', zh, zhWords]] as const)
      if (!texts.some((known) => entry in known)) missing.add(`${language} ${entry}`)
  }
  for (const scenario of [...catalogue, ...levels]) {
    const { etcd, trace } = replay(scenario)
    for (const { value } of etcd.log) if (value !== undefined) for (const word of wordsOf(value as unknown as Told)) check(word)
    for (const step of trace) for (const word of wordsOfStep(step)) check(word)
  }
  expect([...missing]).toEqual([])
  // It looks at something: words of every sort are among them.
  expect([...seen]).toEqual(
    expect.arrayContaining(['CrashLoopBackOff', 'FailedScheduling', 'MemoryPressure', 'NoExecute', 'Bound', 'NodeResourcesFit', 'Forbidden']),
  )
}, 240_000)
