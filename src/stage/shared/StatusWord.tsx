import type { ReactElement } from 'react'
import { StateIcon } from './StateIcon.tsx'
import styles from './StatusWord.module.css'
import { toneColour, toneOf } from './tone.ts'
import type { Tone } from './tone.ts'
import { Explain } from './Tooltip.tsx'

/** A STATUS word (or a phase, or a node's state): shape, colour, the word itself, and its explanation on hover. */
export function StatusWord(
  { word, tone = toneOf(word), icon = true, size }: { word: string; tone?: Tone; icon?: boolean; size?: number },
): ReactElement {
  return (
    <span className={styles.word} style={{ color: toneColour(tone) }} data-tone={tone}>
      {icon && <StateIcon tone={tone} {...(size === undefined ? {} : { size })} />}
      <Explain word={word} />
    </span>
  )
}
