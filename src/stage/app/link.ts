import { matchResource, resources } from '../../engine/api/resources.ts'
import type { Playback } from '../../playback/playback.ts'
import type { Settings } from '../../share/index.ts'
import { currentLanguage } from '../../i18n/language.ts'
import { compared } from '../compare/compared.ts'
import { markersOf } from '../shared/film/markers.ts'
import { isStageView, select, view } from '../shared/view.ts'
import { openDialog } from './dialogs.ts'

/** A share link holds the film (what makes it again) and how it is looked at. What writes it knows the whole catalogue. */
const loadShare = () => import('../../share/index.ts')

/** What reads a link, and the one scenario that it goes out from. */
export const loadReader = () => import('./reader.ts')

/** 'pod/default/web' of a link and 'pods/default/web' of etcd. */
export function keyOfSelection(selection: string): string | undefined {
  const [kind = '', ...rest] = selection.split('/')
  const resource = matchResource(kind)
  return resource === undefined || rest.length === 0 ? undefined : [resource.plural, ...rest].join('/')
}

export function selectionOfKey(key: string): string {
  const [plural = '', ...rest] = key.split('/')
  return [resources.find((r) => r.plural === plural)?.singular ?? plural, ...rest].join('/')
}

/** How a link calls what lies over the views. */
const microscopeName = 'microscope'

/** Opens the views as the sender saw them. */
export function applySettings(settings: Settings): void {
  const views = (settings.view ?? []).filter(isStageView)
  if (views.length > 0) view.setState({ views, split: views.length > 1 })
  view.setState({ microscope: settings.view?.includes(microscopeName) === true })
  const { panels } = settings
  if (panels !== undefined) {
    view.setState({
      left: panels.includes('editor') || panels.includes('terminal'),
      right: panels.includes('inspector'),
    })
  }
  view.setState({
    embedded: settings.embed === true ? (settings.controls ?? 'min') : undefined,
    embedOrigin: settings.origin,
  })
  compared.setState({ with: settings.compare })
  if (settings.compare !== undefined && settings.embed !== true) openDialog('compare')
  select(settings.select === undefined ? undefined : keyOfSelection(settings.select))
}

/** The address that opens this very moment. `more`: what else is to be seen. */
export async function presentLink(playback: Playback, more: Settings = {}): Promise<string> {
  const [{ encode }, scenario] = await Promise.all([loadShare(), playback.scenario()])
  return `${location.origin}${location.pathname}${encode({ scenario, ...presentSettings(playback), ...more })}`
}

/** How the film is looked at now. */
export function presentSettings(playback: Playback): Settings {
  const { views, left, right, selected, microscope } = view.getState()
  const { film, cursor } = playback.state
  const marks = markersOf(film).map((step) => step + 1)
  const ms = film === undefined ? 0 : Math.floor(playback.clock.getState().now - film.opening.startMs)
  return {
    t: ms,
    step: cursor + 1,
    view: [...views, ...(microscope ? [microscopeName] : [])],
    panels: [...(left ? ['editor', 'terminal'] : []), ...(right ? ['inspector'] : [])],
    ...(selected === undefined ? {} : { select: selectionOfKey(selected) }),
    ...(marks.length === 0 ? {} : { marks }),
    lang: currentLanguage(),
  }
}
