import i18next from 'i18next'
import type { Playback } from '../../playback/playback.ts'
import { changedSince } from './changedSince.ts'
import { setMarkers } from '../shared/film/markers.ts'
import { hasLink } from '../shared/address.ts'
import { applySettings, loadReader } from './link.ts'

/**
 * Puts on the film that the address asks for, paused at its moment; without a link, the first of the catalogue. `words`: until there are
 * some to say with what is wrong with a link.
 */
export async function openAddress(playback: Playback, hash: string, words?: Promise<unknown>): Promise<void> {
  if (!hasLink(hash)) return loadFirst(playback)
  const { openLink, ShareLinkError } = await loadReader()
  try {
    const { scenario, outdated, ...settings } = await openLink(hash)
    // Another link may have been opened while this one was read.
    if (hash !== location.hash) return
    applySettings(settings)
    changedSince.setState({ scenario: outdated === true ? scenario : undefined })
    const { step, t, autoplay, marks = [] } = settings
    await playback.load(scenario, { moment: step !== undefined ? { step: step - 1, ms: t } : { ms: t ?? 0 } })
    const { film } = playback.state
    // Somebody may have put on another film, or it could not be put on.
    if (film?.scenario !== scenario) return
    setMarkers(film, marks.filter((mark) => mark > 0).map((mark) => mark - 1))
    if (autoplay === true) playback.play()
  } catch (error) {
    if (!(error instanceof ShareLinkError)) throw error
    // What is on stays: it may be somebody's own.
    await Promise.all([playback.state.film === undefined && loadFirst(playback), words])
    playback.complain(i18next.t(`share:fault.${error.fault}`, { detail: error.detail }))
  }
}

/** Another link in the same window. */
export function watchAddress(playback: Playback): void {
  window.addEventListener('hashchange', () => {
    if (hasLink(location.hash)) openAddress(playback, location.hash).catch((error: unknown) => playback.complain(String(error)))
  })
}

/** The first scenario comes after the first paint: nothing on the page waits for it. */
async function loadFirst(playback: Playback): Promise<void> {
  const { fetchFirst } = await loadReader()
  await playback.load(await fetchFirst())
}
