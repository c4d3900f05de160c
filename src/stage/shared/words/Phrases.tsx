import { Fragment } from 'react'
import type { ReactElement } from 'react'
import { phrasesOf } from './phrases.ts'

/** A text whose lines, where the style keeps words together (`word-break: keep-all`), end between words in Chinese, too. */
export function Phrases({ text }: { text: string }): ReactElement {
  return (
    <>
      {phrasesOf(text).map((phrase, i) => (
        <Fragment key={i}>
          {i > 0 && <wbr />}
          {phrase}
        </Fragment>
      ))}
    </>
  )
}
