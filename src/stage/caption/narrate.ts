import type { Step } from '../../worker/protocol.ts'
import type { NarrationContext } from './context.ts'
import { narrateCheck } from './narrateCheck.ts'
import { narrateInput } from './narrateInput.ts'
import { moreOf } from './narrateMore.ts'
import { narrateNetwork } from './narrateNetwork.ts'
import { narrateRequest, narrateResponse } from './narrateRequest.ts'
import { narrateRuntime } from './narrateRuntime.ts'
import { narrateScheduling } from './narrateScheduling.ts'
import { narrateWatch } from './narrateWatch.ts'
import { narrateWrite } from './narrateWrite.ts'
import { objectOf, phrase, Who, type NarrationKey, type Phrase } from './phrase.ts'

/** One sentence about a step, and the background to it if there is any. */
export interface Narration extends Phrase {
  readonly more: NarrationKey | undefined
}

/** Every step has a sentence: the best one that is known for it, and at least who deals with whom about what. */
export function narrate(step: Step, context: NarrationContext): Narration {
  const sentence = sentenceOf(step, context)
  return { ...sentence, more: moreOf(step, sentence) }
}

function sentenceOf(step: Step, context: NarrationContext): Phrase {
  switch (step.kind) {
    case 'input':
      return narrateInput(step, context)
    case 'request':
      return step.from === 'kube-apiserver' ? narrateResponse(step, context) : narrateRequest(step, context)
    case 'write':
      return narrateWrite(step, context)
    case 'watch':
      return narrateWatch(step, context)
    case 'decision':
      return narrateDecision(step, context)
    case 'runtime':
      return narrateRuntime(step, context)
    case 'network':
      return narrateNetwork(step)
  }
}

function narrateDecision(step: Step, context: NarrationContext): Phrase {
  if (step.from === 'kube-apiserver') return narrateCheck(step)
  if (step.from === 'kube-scheduler') return narrateScheduling(step)
  if (step.from.startsWith('kubelet/') || step.from.startsWith('containerd/')) return narrateRuntime(step, context)
  return phrase('decision.other', { Who: Who(step), object: objectOf(step) })
}
