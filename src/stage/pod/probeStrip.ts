import type { ContainerRecord, ProbeRecord } from '../../engine/api/machine.ts'
import type { Entry } from '../../playback/history.ts'

/** What a probe said of a container, for as long as it said so; 'unasked': it ran and had not been asked yet. */
export interface Answer {
  readonly result: ProbeRecord['result'] | 'unasked'
  /** Virtual ms. */
  readonly from: number
  readonly to: number
  /** Of the last answer. */
  readonly message: string
  /** It began in another container than the one before. */
  readonly restarted: boolean
}

/** One run of a container, and the versions of its probe's record in their order. */
export interface Run {
  readonly container: ContainerRecord
  readonly answers: readonly ProbeRecord[]
}

/**
 * The runs of one container of a pod up to a revision, oldest first. `lives` gives the versions of a key, `keys` those below a prefix; nothing that came later
 * is looked at.
 */
export function runsOf(
  machine: { keys(prefix: string): readonly string[]; life(key: string): readonly Entry[] },
  of: { podUID: string; container: string; probe: ProbeRecord['probe'] },
  revision: number,
): Run[] {
  const upTo = <T>(key: string): T[] =>
    machine.life(key).filter((entry) => entry.revision <= revision && entry.value !== undefined).map(({ value }) => value as T)
  return machine
    .keys('probes/')
    .filter((key) => key.endsWith(`/${of.probe}`))
    .flatMap((key): Run[] => {
      const answers = upTo<ProbeRecord>(key)
      if (answers[0]?.podUID !== of.podUID || answers[0].container !== of.container) return []
      const container = upTo<ContainerRecord>(`containers/${answers[0].containerID}`).at(-1)
      return container === undefined ? [] : [{ container, answers }]
    })
    .sort((a, b) => (a.container.startedAt ?? 0) - (b.container.startedAt ?? 0))
}

/** Answers in a row that agree are one stretch, which lasts until the next one, the container's end, or now. */
export function answersOf(runs: readonly Run[], now: number): Answer[] {
  const stretches: Answer[] = []
  for (const { container, answers } of runs) {
    const began = container.startedAt ?? container.createdAt
    const ended = Math.min(container.finishedAt ?? now, now)
    let restarted = stretches.length > 0
    const add = (answer: Omit<Answer, 'restarted'>): void => {
      if (answer.to <= answer.from) return
      stretches.push({ ...answer, restarted })
      restarted = false
    }
    add({ result: 'unasked', from: began, to: answers[0]?.lastAt ?? ended, message: '' })
    for (let i = 0; i < answers.length; ) {
      let last = i
      while (answers[last + 1]?.result === answers[i]!.result) last++
      const to = answers[last + 1]?.lastAt ?? ended
      add({ result: answers[i]!.result, from: answers[i]!.lastAt, to, message: answers[last]!.message.trim() })
      i = last + 1
    }
  }
  return stretches
}
