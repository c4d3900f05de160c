import { useEffect } from 'react'
import { usePlayback } from '../../playback/hooks.ts'
import type { Playback } from '../../playback/playback.ts'
import { dropped, watchDrops } from '../importing/dropped.ts'
import type { TextFile } from '../importing/dropped.ts'
import { isScenario } from '../importing/scenario.ts'
import { lock } from '../presenter/lock.ts'
import { openScenario } from '../shared/film/openScenario.ts'
import { openDialog } from './dialogs.ts'

/** A file that is dropped onto the page is a scenario of ours, or else what kubectl has printed of a cluster. */
export function useDrops(): void {
  const playback = usePlayback()
  useEffect(() => watchDrops((files) => void open(playback, files)), [playback])
}

async function open(playback: Playback, files: readonly TextFile[]): Promise<void> {
  if (lock.getState().locked) return
  const own = files.find(({ text }) => isScenario(text))
  if (own === undefined) {
    dropped.setState({ files })
    return openDialog('import')
  }
  try {
    const { parseScenario } = await import('../../scenarios/parse.ts')
    openScenario(playback, parseScenario(own.text))
  } catch (error) {
    playback.complain(error instanceof Error ? error.message : String(error))
  }
}
