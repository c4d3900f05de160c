import { Suspense, useCallback, useEffect } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Playback } from '../../playback/playback.ts'
import { PlaybackProvider, usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { Caption } from '../caption/Caption.tsx'
import { fetched } from '../shared/ui/fetched.tsx'
import { useText } from '../shared/words/text.ts'
import { TooltipGround } from '../shared/ui/Tooltip.tsx'
import { useView } from '../shared/view.ts'
import { Chosen } from './Chosen.tsx'
import { openDialog, useDialog } from './dialogs.ts'
import { ErrorBoundary } from './ErrorBoundary.tsx'
import { EditorSheet } from './EditorSheet.tsx'
import { Frame } from './Frame.tsx'
import { useDrops } from './useDrops.ts'
import { useKeys } from './keys.ts'
import { presentLink } from './link.ts'
import { Narrated } from './Narrated.tsx'
import { Phone } from './Phone.tsx'
import { Problems } from './Problems.tsx'
import { useRoom } from './room.ts'
import { Stage } from './Stage.tsx'

const Embed = fetched(async () => ({ default: (await import('./Embed.tsx')).Embed }))
const Presenter = fetched(async () => ({ default: (await import('../presenter/Presenter.tsx')).Presenter }))
const GoTo = fetched(() => import('./GoTo.tsx'))
const Help = fetched(() => import('./Help.tsx'))
const Palette = fetched(() => import('./Palette.tsx'))
const Share = fetched(() => import('./Share.tsx'))
const Transcript = fetched(async () => ({ default: (await import('../transcript/Transcript.tsx')).Transcript }))
const Compare = fetched(async () => ({ default: (await import('../compare/Compare.tsx')).Compare }))
const Overview = fetched(() => import('../presenter/Overview.tsx'))
const Levels = fetched(async () => ({ default: (await import('../levels/Levels.tsx')).Levels }))
const Code = fetched(() => import('../presenter/Code.tsx'))
const Import = fetched(async () => ({ default: (await import('../importing/Import.tsx')).Import }))
const Builder = fetched(async () => ({ default: (await import('../builder/Builder.tsx')).Builder }))
const Gallery = fetched(async () => ({ default: (await import('../gallery/Gallery.tsx')).Gallery }))
const Scenarios = fetched(() => import('./Scenarios.tsx'))

export function App({ playback }: { playback: Playback }): ReactElement {
  return (
    <PlaybackProvider value={playback}>
      <TooltipGround>
        <ErrorBoundary>
          <Narrated>
            <Page />
          </Narrated>
        </ErrorBoundary>
      </TooltipGround>
    </PlaybackProvider>
  )
}

function Page(): ReactElement {
  useKeys()
  useDrops()
  const room = useRoom()
  useTitle()
  const presenting = useView((s) => s.presenting)
  const embedded = useView((s) => s.embedded)
  const dialog = useDialog()
  const playback = usePlayback()
  const link = useCallback(() => presentLink(playback), [playback])
  // A dialog that cannot be fetched is closed, and says so.
  const failed = (error: Error): void => {
    openDialog(undefined)
    playback.complain(error.message, 'view')
  }
  return (
    <>
      <ErrorBoundary>
        <Suspense>
          {presenting ? (
            <>
              <Presenter stage={<Stage bare />} caption={<Caption />} />
              <EditorSheet />
            </>
          ) : embedded !== undefined ? (
            <Embed controls={embedded} />
          ) : room === 'phone' ? (
            <Phone />
          ) : (
            <Frame room={room} />
          )}
        </Suspense>
      </ErrorBoundary>
      <Problems />
      <Chosen />
      <ErrorBoundary key={dialog} onFailed={failed}>
        <Suspense>
          {dialog === 'help' && <Help />}
          {dialog === 'goTo' && <GoTo />}
          {dialog === 'share' && <Share />}
          {dialog === 'transcript' && <Transcript onClose={() => openDialog(undefined)} />}
          {dialog === 'compare' && <Compare linkWith={(compare) => presentLink(playback, { compare })} onClose={() => openDialog(undefined)} />}
          {dialog === 'palette' && <Palette />}
          {dialog === 'scenarios' && <Scenarios />}
          {dialog === 'import' && <Import onClose={() => openDialog(undefined)} />}
          {dialog === 'builder' && <Builder onClose={() => openDialog(undefined)} />}
          {dialog === 'gallery' && <Gallery onClose={() => openDialog(undefined)} />}
          {dialog === 'levels' && <Levels onClose={() => openDialog(undefined)} />}
          {dialog === 'overview' && <Overview onClose={() => openDialog(undefined)} />}
          {dialog === 'code' && <Code link={link} onClose={() => openDialog(undefined)} />}
        </Suspense>
      </ErrorBoundary>
    </>
  )
}

/** The window is named after the film. */
function useTitle(): void {
  const { t } = useTranslation('app')
  const text = useText()
  const title = usePlaybackState((s) => s.film?.scenario.spec.title)
  const film = title === undefined ? '' : `${text(title)} · `
  useEffect(() => {
    document.title = `${film}${t('name')}`
  }, [film, t])
}
