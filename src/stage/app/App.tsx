import { Suspense, lazy } from 'react'
import type { ReactElement } from 'react'
import type { Playback } from '../../playback/playback.ts'
import { PlaybackProvider } from '../../playback/hooks.ts'
import { Presenter } from '../presenter/Presenter.tsx'
import { useMediaQuery } from '../shared/motion.ts'
import { TooltipGround } from '../shared/Tooltip.tsx'
import { useView } from '../shared/view.ts'
import { useDialog } from './dialogs.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { Frame } from './Frame.tsx'
import { useKeys } from './keys.ts'
import { Phone } from './Phone.tsx'
import { Problems } from './Problems.tsx'
import { Stage } from './Stage.tsx'

const GoTo = lazy(() => import('./GoTo.tsx'))
const Help = lazy(() => import('./Help.tsx'))
const Palette = lazy(() => import('./Palette.tsx'))
const Share = lazy(() => import('./Share.tsx'))
const Scenarios = lazy(() => import('./Scenarios.tsx'))

export function App({ playback }: { playback: Playback }): ReactElement {
  return (
    <PlaybackProvider value={playback}>
      <TooltipGround>
        <ErrorBoundary>
          <Page />
        </ErrorBoundary>
      </TooltipGround>
    </PlaybackProvider>
  )
}

function Page(): ReactElement {
  useKeys()
  const small = useMediaQuery('(max-width: 900px)')
  const presenting = useView((s) => s.presenting)
  const dialog = useDialog()
  return (
    <>
      {presenting ? <Presenter stage={<Stage bare />} /> : small ? <Phone /> : <Frame />}
      <Problems />
      <Suspense>
        {dialog === 'help' && <Help />}
        {dialog === 'goTo' && <GoTo />}
        {dialog === 'share' && <Share />}
        {dialog === 'palette' && <Palette />}
        {dialog === 'scenarios' && <Scenarios />}
      </Suspense>
    </>
  )
}
