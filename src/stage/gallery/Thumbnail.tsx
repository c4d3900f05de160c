import { useEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import type { Scenario } from '../../worker/protocol.ts'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import { toneColour } from '../shared/objects/tone.ts'
import type { Tone } from '../shared/objects/tone.ts'
import type { Frame, Miniature } from './miniature.ts'
import styles from './gallery.module.css'
import { useMiniature } from './thumbnails.ts'

/** The film in small: nodes and the states of their pods. It plays while `playing`, else it shows its fullest moment. */
export function Thumbnail({ scenario, playing }: { scenario: Scenario; playing: boolean }): ReactElement {
  const box = useRef<HTMLDivElement>(null)
  const made = useMiniature(scenario, useSeen(box))
  const { frames, lanes } = made ?? nothing
  const at = useBeat(playing, frames.length)
  const frame = frames.length === 0 ? undefined : at === undefined ? fullest(frames) : frames[at]
  return (
    <div ref={box} className={styles.thumbnail} data-empty={frame === undefined || undefined} data-filming={made === undefined || undefined} aria-hidden="true">
      <Rail waiting={frame?.waiting ?? []} />
      <div className={styles.machines}>
        {(frame?.nodes ?? threeNodes).map(({ up, pods }, i) => (
          <div key={i} data-down={!up || undefined}>
            <Pods tones={pods} />
          </div>
        ))}
      </div>
      <svg className={styles.lanes} viewBox="0 0 100 15" preserveAspectRatio="none">
        {lanes.map((lane, i) =>
          lane.map(({ tone, from, to }) => (
            <rect key={`${i} ${from}`} x={from * 100} y={i * 5} width={Math.max(0, (to - from) * 100 - 0.4)} height="3.6" fill={toneColour(tone)} />
          )),
        )}
      </svg>
    </div>
  )
}

const nothing: Miniature = { frames: [], lanes: [] }

const threeNodes: Frame['nodes'] = Array.from({ length: 3 }, () => ({ up: true, pods: [] }))

function Rail({ waiting }: { waiting: readonly Tone[] }): ReactElement {
  return (
    <div className={styles.rail}>
      <i />
      <Pods tones={waiting} />
    </div>
  )
}

function Pods({ tones }: { tones: readonly Tone[] }): ReactElement {
  return (
    <>
      {tones.map((tone, i) => (
        <StateIcon key={i} tone={tone} size={13} />
      ))}
    </>
  )
}

/** The one with most to see; of several the last. */
function fullest(frames: readonly Frame[]): Frame {
  const weight = ({ nodes, waiting }: Frame): number => {
    const all = [...waiting, ...nodes.flatMap(({ pods }) => pods)]
    // What goes wrong is what a film is about.
    return all.length + new Set(all).size + (all.includes('failed') ? 2 : 0)
  }
  return frames.reduce((a, b) => (weight(b) >= weight(a) ? b : a))
}

/** True once it has come into sight. */
function useSeen(box: { current: HTMLElement | null }): boolean {
  const [seen, see] = useState(false)
  useEffect(() => {
    const node = box.current
    if (node === null) return undefined
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) see(true)
    })
    observer.observe(node)
    return () => observer.disconnect()
  }, [box])
  return seen
}

const beatMs = 550

/** Which frame is on while it plays; undefined when it rests. */
function useBeat(playing: boolean, length: number): number | undefined {
  const [at, setAt] = useState(0)
  const moves = playing && length > 1
  useEffect(() => {
    if (!moves) return undefined
    const timer = setInterval(() => setAt((was) => (was + 1) % length), beatMs)
    return () => {
      clearInterval(timer)
      setAt(0)
    }
  }, [moves, length])
  return moves ? at : undefined
}
