import i18next from 'i18next'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { startI18n } from '../i18n/language.ts'
import { Playback } from '../playback/playback.ts'
import { browserFrames } from '../playback/timer.ts'
import { connectEngine } from '../worker/client.ts'
import type { StartedEngine } from '../worker/start.ts'
import { App } from './app/App.tsx'
import { fetchAhead } from './app/ahead.ts'
import { loadReader } from './app/link.ts'
import { openAddress, watchAddress } from './app/open.ts'
import { rememberedSides } from './app/room.ts'
import { applyTheme, isTheme, showTheme } from './app/theme.ts'
import { earlySettings, hasLink } from './shared/address.ts'
import { TooltipGround } from './shared/ui/Tooltip.tsx'
import { view } from './shared/view.ts'

const early = earlySettings(location.hash)
if (isTheme(early.theme)) showTheme(early.theme)
applyTheme()
view.setState({ ...rememberedSides(), ...(early.embed ? { embedded: 'min' } : {}) })
const words = startI18n(early.lang)
const root = createRoot(document.getElementById('root')!)

/** The engine films what a link asks for while the page is drawn; without a link, the page comes first. */
export async function showFilm(started: StartedEngine): Promise<void> {
  const playback = new Playback(connectEngine(started), browserFrames, () => connectEngine())
  void Promise.all([words, started.missing]).then(() => playback.complain(i18next.t('app:engineMissing'), 'view'))
  const linked = hasLink(location.hash)
  const open = (): Promise<void> => openAddress(playback, location.hash, words)
  const opened = linked ? open() : undefined
  // The engine is told first what to film: drawing the page takes as long as filming.
  await Promise.all([words, linked ? loadReader().catch(() => undefined) : undefined])
  root.render(
    <StrictMode>
      <App playback={playback} />
    </StrictMode>,
  )
  watchAddress(playback)
  void (opened ?? open()).then(fetchAhead, (error: unknown) => {
    // Somebody who waits for a film is told that none comes.
    playback.complain(String(error))
    throw error
  })
}

/** The second window of a talk hears from the first what is on stage. */
export async function showSpeaker(pair: string): Promise<void> {
  const [{ Speaker }] = await Promise.all([import('./presenter/Speaker.tsx'), words])
  root.render(
    <StrictMode>
      <TooltipGround>
        <Speaker pair={pair} />
      </TooltipGround>
    </StrictMode>,
  )
}
