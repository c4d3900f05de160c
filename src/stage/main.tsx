import '@fontsource-variable/inter/wght.css'
import '@fontsource-variable/jetbrains-mono/wght.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import './shared/tokens.css'
import './shared/base.css'
import { startI18n } from '../i18n/language.ts'
import { Playback } from '../playback/playback.ts'
import { browserFrames } from '../playback/timer.ts'
import { catalogue } from '../scenarios/catalogue.ts'
import { connectEngine } from '../worker/client.ts'
import { App } from './app/App.tsx'
import { applyTheme } from './app/theme.ts'

applyTheme()
const playback = new Playback(connectEngine(), browserFrames)
await startI18n()
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App playback={playback} />
  </StrictMode>,
)
void playback.load(catalogue[0]!)
