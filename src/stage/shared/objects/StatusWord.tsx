import type { ReactElement } from 'react'
import { StateIcon } from './StateIcon.tsx'
import styles from './StatusWord.module.css'
import { toneColour, toneOf } from './tone.ts'
import type { Tone } from './tone.ts'
import { Explain } from '../words/Glossary.tsx'

/** A STATUS word (or a phase, or a node's state): shape, colour, the word itself, and its explanation. `quiet` as in Glossary.tsx. */
export function StatusWord(
  { word, tone = toneOf(word), icon = true, size, quiet = false }:
  { word: string; tone?: Tone; icon?: boolean; size?: number; quiet?: boolean },
): ReactElement {
  return (
    <span className={styles.word} style={{ color: toneColour(tone) }} data-tone={tone}>
      {icon && <StateIcon tone={tone} {...(size === undefined ? {} : { size })} />}
      <Explain word={word} quiet={quiet} />
    </span>
  )
}
