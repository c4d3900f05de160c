import type { DetailLevel } from './graph.ts'
import type { Box, ClusterLayout } from './layout.ts'

export interface Viewport {
  x: number
  y: number
  zoom: number
}

export const zoomMin = 0.01
export const zoomMax = 2.5
/** In a pane lower than this (a page at 200 %) a cluster that can be read at its width is not made smaller to show all of it. */
const lowPane = 300
/** On a phone a cluster is shown whole when it need not be smaller than this for it. */
const narrowLeast = 0.77
/** A small cluster on a large screen is shown larger, but not monstrous; in a hall it is read from far away. */
const fitMost = { ordinary: 1.6, dense: 2.4 }

/** Below these zooms a pod's name, then its cell, is too small to be read. */
const fullFrom = 0.58
/** From the last row of a hall. */
const fullInHall = 1
const cellsFrom = 0.14

export function levelOf(zoom: number, hall = false): DetailLevel {
  return zoom >= (hall ? fullInHall : fullFrom) ? 'full' : zoom >= cellsFrom ? 'cells' : 'heat'
}

export function isLow({ height }: { height: number }): boolean {
  return height < lowPane
}

/**
 * All of the cluster; on a phone and in a low pane its width, so that it can be read, and moved up as far as needed to show
 * `focus`, the machine where something happens.
 */
export function fitViewport(
  layout: Pick<ClusterLayout, 'width' | 'height' | 'narrow' | 'dense'>,
  pane: { width: number; height: number },
  focus?: Box,
): Viewport {
  const margin = layout.narrow || layout.dense !== undefined ? 10 : 18
  const across = (pane.width - 2 * margin) / layout.width
  const down = (pane.height - 2 * margin - 6) / layout.height
  const least = layout.narrow ? (down >= narrowLeast ? 0 : Math.min(across, 0.9)) : isLow(pane) && across >= fullFrom ? fullFrom : 0
  const zoom = Math.min(fitMost[layout.dense === 'wide' ? 'dense' : 'ordinary'], Math.max(zoomMin, Math.max(Math.min(across, down), least)))
  const y = Math.max(margin, Math.min((pane.height - layout.height * zoom) / 2, margin + 26))
  const below = focus === undefined ? 0 : Math.max(0, y + (focus.y + focus.height) * zoom - (pane.height - margin))
  return { zoom, x: (pane.width - layout.width * zoom) / 2, y: y - below }
}
