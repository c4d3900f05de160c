import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import i18next from 'i18next'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './shared/ui/tokens.css'
import './shared/ui/base.css'
import { startI18n } from '../i18n/language.ts'
import { Playback } from '../playback/playback.ts'
import { browserFrames } from '../playback/timer.ts'
import { connectEngine } from '../worker/client.ts'
import { App } from './app/App.tsx'
import { fetchAhead } from './app/ahead.ts'
import { earlySettings } from './app/link.ts'
import { openAddress, watchAddress } from './app/open.ts'
import { rememberedSides } from './app/room.ts'
import { applyTheme, isTheme, showTheme } from './app/theme.ts'
import { pairOf } from './presenter/channel.ts'
import { TooltipGround } from './shared/ui/Tooltip.tsx'
import { view } from './shared/view.ts'

const early = earlySettings(location.hash)
if (isTheme(early.theme)) showTheme(early.theme)
applyTheme()
view.setState({ ...rememberedSides(), ...(early.embed ? { embedded: 'min' } : {}) })
await startI18n(early.lang)
const root = createRoot(document.getElementById('root')!)
const pair = pairOf(location.hash)
if (pair === undefined) showFilm()
else void showSpeaker(pair)

function showFilm(): void {
  const playback: Playback = new Playback(
    connectEngine(() => playback.complain(i18next.t('app:engineMissing'), 'view')),
    browserFrames,
    () => connectEngine(),
  )
  root.render(
    <StrictMode>
      <App playback={playback} />
    </StrictMode>,
  )
  watchAddress(playback)
  void openAddress(playback, location.hash).then(fetchAhead)
}

/** The second window of a talk has no engine: it hears from the first what is on stage. */
async function showSpeaker(pair: string): Promise<void> {
  const { Speaker } = await import('./presenter/Speaker.tsx')
  root.render(
    <StrictMode>
      <TooltipGround>
        <Speaker pair={pair} />
      </TooltipGround>
    </StrictMode>,
  )
}
