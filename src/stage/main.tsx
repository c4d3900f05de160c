import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './shared/tokens.css'
import './shared/base.css'
import { startI18n } from '../i18n/language.ts'
import { Playback } from '../playback/playback.ts'
import { browserFrames } from '../playback/timer.ts'
import { connectEngine } from '../worker/client.ts'
import { App } from './app/App.tsx'
import { fetchAhead } from './app/ahead.ts'
import { earlySettings } from './app/link.ts'
import { openAddress, watchAddress } from './app/open.ts'
import { applyTheme, isTheme, showTheme } from './app/theme.ts'
import { view } from './shared/view.ts'

const early = earlySettings(location.hash)
if (isTheme(early.theme)) showTheme(early.theme)
applyTheme()
if (early.embed) view.setState({ embedded: 'min' })
const playback = new Playback(connectEngine(), browserFrames, connectEngine)
await startI18n(early.lang)
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App playback={playback} />
  </StrictMode>,
)
watchAddress(playback)
void openAddress(playback, location.hash).then(fetchAhead)
