import type { ReactElement } from 'react'
import { useNow } from '../../../playback/hooks.ts'
import { ContainerGlyph } from './ContainerGlyph.tsx'
import { clockShare } from './containers.ts'
import type { Clock, ContainerView } from './containers.ts'

/** A container's glyph; one with a clock fills or runs down with virtual time. */
export function ClockGlyph({
  view,
  size,
  label,
}: {
  view: ContainerView
  size?: number
  label?: string
}): ReactElement {
  const more = { ...(size !== undefined && { size }), ...(label !== undefined && { label }) }
  if (view.clock === undefined) return <ContainerGlyph state={view.glyph} {...more} />
  return <TickingGlyph state={view.glyph} clock={view.clock} {...more} />
}

/** Apart, so that only what has a clock is drawn again with every frame. */
function TickingGlyph({
  clock,
  ...glyph
}: {
  clock: Clock
  state: ContainerView['glyph']
  size?: number
  label?: string
}): ReactElement {
  return <ContainerGlyph {...glyph} progress={clockShare(clock, useNow())} />
}
