import { useEffect, useRef } from 'react'
import type { ReactElement, RefObject } from 'react'
import { readPalette, useThemeEdition } from '../shared/ui/colour.ts'
import { dotsOf, draw } from './draw.ts'
import type { Picture } from './draw.ts'
import styles from './Timeline.module.css'

/**
 * The lanes twice, one above the other: dim for what is to come, bright for what has passed. The bright one lies in a window (`passed`)
 * that ends at the playhead, so that moving it (Playhead in Timeline.tsx does) draws nothing again.
 */
export function Lanes({
  picture,
  edition,
  passed,
}: {
  picture: Omit<Picture, 'bright' | 'dots' | 'palette'>
  edition: number
  passed: RefObject<HTMLDivElement | null>
}): ReactElement {
  const dim = useRef<HTMLCanvasElement>(null)
  const bright = useRef<HTMLCanvasElement>(null)
  const theme = useThemeEdition()
  const { film, scale, rows, window, width, height } = picture
  const { from, to } = window
  useEffect(() => {
    if (width === 0 || height === 0) return
    const palette = readPalette()
    const dots = dotsOf({ film, scale, window: { from, to }, width })
    const shared = { film, scale, rows, window: { from, to }, width, height, dots, palette }
    paint(dim.current!, width, height, (context) => draw(context, { ...shared, bright: false }))
    paint(bright.current!, width, height, (context) => draw(context, { ...shared, bright: true }))
  }, [film, scale, rows, from, to, width, height, theme, edition])
  return (
    <div className={styles.layer} aria-hidden="true">
      <canvas ref={dim} className={styles.canvas} style={{ width, height }} />
      <div ref={passed} className={styles.passed} style={{ width, height }}>
        <canvas ref={bright} className={styles.canvas} style={{ width, height }} />
      </div>
    </div>
  )
}

/** Sizes in CSS pixels, which are what `picture` draws in. */
export function paint(canvas: HTMLCanvasElement, width: number, height: number, picture: (context: CanvasRenderingContext2D) => void): void {
  const ratio = window.devicePixelRatio
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
  if (canvas.width !== across) canvas.width = across
  if (canvas.height !== down) canvas.height = down
  const context = canvas.getContext('2d')
  if (context === null) return
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  picture(context)
}
