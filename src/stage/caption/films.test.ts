import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import type { Cluster, Step } from '../../engine/index.ts'
import { replay } from '../../engine/index.ts'
import type { KubeObject } from '../../engine/api/types.ts'
import { narration as english } from '../../i18n/en/narration.ts'
import { narration as chinese } from '../../i18n/zh/narration.ts'
import { catalogue } from '../../scenarios/index.ts'
import type { NarrationContext } from './context.ts'
import { narrate } from './narrate.ts'
import { say, type Translate } from './phrase.ts'

const languages = i18next.createInstance()
beforeAll(async () => {
  await languages.init({
    resources: { en: { narration: english }, zh: { narration: chinese } },
    interpolation: { escapeValue: false },
  })
})

function contextOf({ trace, etcd, inputs }: Cluster): NarrationContext {
  const written = new Map(etcd.log.map((entry) => [entry.revision, entry]))
  const byKey = new Map<string, { revision: number; value: KubeObject }[]>()
  for (const { key, revision, value } of etcd.log) {
    if (value === undefined) continue
    const own = byKey.get(key) ?? []
    byKey.set(key, own)
    own.push({ revision, value })
  }
  const last = (key: string, step: Step): KubeObject | undefined =>
    byKey.get(key)?.findLast((entry) => entry.revision <= step.world)?.value
  return {
    step: (index) => trace[index],
    written({ revision }) {
      const entry = revision === undefined ? undefined : written.get(revision)
      return { before: entry?.previous, after: entry?.value }
    },
    read: last,
    lives: (key, step) => etcd.getAt(key, step.world) !== undefined,
    input: (index) => inputs[index],
  }
}

/** Sentences that fit anything; a step that gets one has been forgotten by the narrator. */
const generic = new Set([
  'runtime.other',
  'decision.other',
  'schedule.other',
  'request.other',
  'write.other',
  'watch.other',
  'input.other',
  'network.other',
])

test.each(catalogue.map((scenario) => [scenario.metadata.name, scenario] as const))(
  'every step of %s is told, in both languages',
  (_, scenario) => {
    const cluster = replay(scenario)
    const context = contextOf(cluster)
    const faults: string[] = []
    const told = new Set<string>()
    for (const step of cluster.trace) {
      const narration = narrate(step, context)
      if (generic.has(narration.key)) faults.push(`${step.index} ${step.kind} ${step.detail?.type}: ${narration.key}`)
      if (step.milestone !== undefined && narration.more === undefined)
        faults.push(`${step.index} ${step.milestone}: no background`)
      // The same sentence again reads no differently.
      const sentence = JSON.stringify([narration.key, narration.params])
      if (told.has(sentence)) continue
      told.add(sentence)
      for (const language of ['en', 'zh']) {
        const text = say(languages.getFixedT(language) as unknown as Translate, narration)
        if (
          /\{\{|undefined|\[object|narration:| {2}|^$|[（(][)）]/.test(
            text.replace(/ {2,}/g, (gap) => (narration.key.startsWith('write.event') ? ' ' : gap)),
          )
        )
          faults.push(`${step.index} ${narration.key}: ${text}`)
      }
    }
    expect(faults).toEqual([])
  },
  // The longest films have some ten thousand steps.
  30_000,
)
