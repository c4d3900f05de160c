import { useMemo } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { contextOf } from '../caption/context.ts'
import { narrate } from '../caption/narrate.ts'
import { say } from '../caption/phrase.ts'
import type { Translate } from '../caption/phrase.ts'
import { NarratorContext } from '../shared/words/say.ts'
import type { Narrator } from '../shared/words/say.ts'

/** Lends the caption's sentences to the other views. */
export function Narrated({ children }: { children: ReactNode }): ReactElement {
  const { t } = useTranslation('narration')
  const narrator = useMemo<Narrator>(() => {
    const translate = t as unknown as Translate
    return (film) => {
      const context = contextOf(film)
      return (step) => say(translate, narrate(step, context))
    }
  }, [t])
  return <NarratorContext value={narrator}>{children}</NarratorContext>
}
