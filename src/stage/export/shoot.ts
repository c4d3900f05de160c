import type { Playback } from '../../playback/playback.ts'
import { startEncoder } from './encode.ts'
import type { MovingFormat } from './encode.ts'
import { framesOf } from './frames.ts'
import type { Range } from './frames.ts'
import { draw, takePicture } from './picture.ts'
import type { Picture } from './picture.ts'

/** What stands on stage now with its caption: everything that is marked so, from top to bottom. */
export function takeStage(): Promise<Picture> {
  return takePicture([...document.querySelectorAll<HTMLElement>('[data-picture="take"]')])
}

/** Video codecs want even numbers, and nobody wants a moving picture wider than this. */
const widthMost = 1600
/** A stage between its panels is drawn larger, so that its letters are sharp on a slide. */
const scaleMost = 1.5

function scaleOf({ width, height }: Picture): { width: number; height: number; scale: number } {
  const scale = Math.min(scaleMost, widthMost / width)
  const even = (n: number): number => 2 * Math.floor((n * scale) / 2)
  return { width: even(width), height: even(height), scale }
}

/**
 * Steps the film through a range and makes a picture of each step: from the trace, however long this machine takes for it. Resolves to
 * undefined when `signal` ends it, or another film is put on. The film stands in the end where it stood.
 */
export async function shootFilm(
  playback: Playback,
  range: Range,
  format: MovingFormat,
  { signal, progress }: { signal: AbortSignal; progress: (done: number, all: number) => void },
): Promise<Blob | undefined> {
  const { film, cursor } = playback.state
  if (film === undefined) return undefined
  const frames = framesOf(film, range)
  const canvas = document.createElement('canvas')
  const drawing = document.createElement('canvas')
  const encoder = await start(format, canvas)
  let isMade = false
  try {
    for (const [i, { step, ms }] of frames.entries()) {
      if (signal.aborted || film !== playback.state.film) return undefined
      playback.seek(step)
      await drawn()
      const picture = await takeStage()
      await draw(picture, scaleOf(picture).scale, drawing)
      canvas.getContext('2d')!.drawImage(drawing, 0, 0)
      await encoder.add(ms)
      progress(i + 1, frames.length)
    }
    const made = await encoder.finish()
    isMade = true
    return made
  } finally {
    if (!isMade) await encoder.cancel()
    if (film === playback.state.film) playback.seek(cursor)
  }
}

/** All frames have the size of the first: the page is not resized meanwhile. */
async function start(format: MovingFormat, canvas: HTMLCanvasElement) {
  const { width, height } = scaleOf(await takeStage())
  Object.assign(canvas, { width, height })
  // A GIF is made of what is read back.
  canvas.getContext('2d', { willReadFrequently: format === 'gif' })
  return startEncoder(format, canvas)
}

/** When the views have drawn the step: React in one frame, what measures itself in the next. */
function drawn(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve))))
}
