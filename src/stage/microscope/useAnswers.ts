import { useEffect, useState } from 'react'
import type { Film } from '../../playback/film.ts'
import { usePlayback } from '../../playback/hooks.ts'
import type { Attempt, NodeVerdict, Step } from '../../worker/protocol.ts'

/** What the worker has answered, by the step it was asked about: a fork makes new steps, so that nothing gets old. */
const attempts = new WeakMap<Step, Promise<Attempt | undefined>>()
const verdicts = new WeakMap<Step, Map<string, Promise<NodeVerdict | undefined>>>()

/** The last answer to a question; while a new one is awaited, the one before, marked as such. */
interface Answer<T> {
  readonly value: T
  /** What it answers. */
  readonly step: Step
  readonly node: string | undefined
}

/** The tables of an attempt; 'gone' when they are no longer kept, undefined while nothing has come yet. */
export function useAttempt(film: Film, filter: number | undefined): Attempt | 'gone' | undefined {
  const playback = usePlayback()
  const step = filter === undefined ? undefined : film.steps[filter]
  const [answer, setAnswer] = useState<Answer<Attempt | 'gone'>>()
  useEffect(() => {
    if (step === undefined) return undefined
    let current = true
    let asked = attempts.get(step)
    if (asked === undefined) attempts.set(step, (asked = playback.ask.attempt(step.index)))
    void asked.then((value) => current && setAnswer({ value: value ?? 'gone', step, node: undefined }))
    return () => {
      current = false
    }
  }, [playback, step])
  return answer !== undefined && answer.step === step ? answer.value : undefined
}

/** What all plugins say of one node in an attempt; undefined while it is being found out. */
export function useVerdict(film: Film, filter: number, node: string): NodeVerdict | undefined {
  const playback = usePlayback()
  const step = film.steps[filter]
  const [answer, setAnswer] = useState<Answer<NodeVerdict | undefined>>()
  useEffect(() => {
    if (step === undefined) return undefined
    let current = true
    let ofStep = verdicts.get(step)
    if (ofStep === undefined) verdicts.set(step, (ofStep = new Map()))
    let asked = ofStep.get(node)
    if (asked === undefined) ofStep.set(node, (asked = playback.ask.explainNode(step.index, node)))
    void asked.then((value) => current && setAnswer({ value, step, node }))
    return () => {
      current = false
    }
  }, [playback, step, node])
  return answer?.step === step && answer?.node === node ? answer?.value : undefined
}
