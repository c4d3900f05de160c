import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import type { Step } from '../../worker/protocol.ts'
import { contextOf } from './context.ts'
import { narrate } from './narrate.ts'
import { say } from './phrase.ts'
import type { Translate } from './phrase.ts'

export interface Sentence {
  /** What happened and why. */
  text: string
  /** The background, where there is one. */
  more: string | undefined
}

/** Says steps in the reader's language. */
export function useSentences(film: Film): (step: Step) => Sentence {
  const { t } = useTranslation('narration')
  const translate = t as unknown as Translate
  const context = contextOf(film)
  return (step) => {
    const narration = narrate(step, context)
    return {
      text: say(translate, narration),
      more: narration.more === undefined ? undefined : say(translate, { key: narration.more }),
    }
  }
}
