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
import { earlySettings, hasLink } from './app/link.ts'
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
const words = startI18n(early.lang)
const root = createRoot(document.getElementById('root')!)
const pair = pairOf(location.hash)
if (pair === undefined) void showFilm()
else void showSpeaker(pair)

/** The engine starts, and films what a link asks for, while the page has yet to get its words and to be drawn; without a link, the page comes first. */
async function showFilm(): Promise<void> {
  const engine = connectEngine(() => void words.then(() => playback.complain(i18next.t('app:engineMissing'), 'view')))
  const playback = new Playback(engine, browserFrames, () => connectEngine())
  const open = (): Promise<void> => openAddress(playback, location.hash, words)
  const opened = hasLink(location.hash) ? open() : undefined
  await words
  root.render(
    <StrictMode>
      <App playback={playback} />
    </StrictMode>,
  )
  watchAddress(playback)
  void (opened ?? open()).then(fetchAhead)
}

/** The second window of a talk has no engine: it hears from the first what is on stage. */
async function showSpeaker(pair: string): Promise<void> {
  const [{ Speaker }] = await Promise.all([import('./presenter/Speaker.tsx'), words])
  root.render(
    <StrictMode>
      <TooltipGround>
        <Speaker pair={pair} />
      </TooltipGround>
    </StrictMode>,
  )
}
