import type { Playback } from '../../playback/playback.ts'
import { givenUp } from '../../playback/state.ts'
import type { app } from '../../i18n/en/app.ts'
import { changeLanguage, currentLanguage } from '../../i18n/language.ts'
import { applyOpenFile } from '../editor/apply.ts'
import { toggleMarker } from '../shared/film/markers.ts'
import { askFocus, closeMicroscope, openMicroscope, select, showView, stageViews, toggleOwners, view } from '../shared/view.ts'
import type { StageView } from '../shared/view.ts'
import { setBlack } from '../presenter/blackout.ts'
import { toggleFullScreen } from '../presenter/fullScreen.ts'
import { openSpeaker } from '../presenter/channel.ts'
import { toggleLock } from '../presenter/lock.ts'
import { openDialog } from './dialogs.ts'
import { toggleSide } from './room.ts'
import { setTheme, switchTheme, themes } from './theme.ts'

/** What an action works on. */
export interface ActionContext {
  playback: Playback
}

/**
 * Everything that a key, the palette or a menu can do. This one table is read by all of them and by the
 * dialog of keys.
 */
export interface Action {
  id: string
  /** As in Kbd.tsx: 'Mod+k' (Ctrl or ⌘), 'Shift+ArrowRight'. The first is the one that is shown. */
  keys: readonly string[]
  label: keyof typeof app
  group: 'play' | 'move' | 'view' | 'present' | 'other'
  perform: (context: ActionContext) => unknown
  /** Where it has nothing to do, its keys are left to others. */
  when?: () => boolean
  /** In presenter mode only, where it comes before others with its key. */
  presenting?: boolean
}

const playing: Action[] = [
  { id: 'toggle', keys: [' ', 'k'], label: 'playPause', group: 'play', perform: ({ playback }) => playback.toggle() },
  { id: 'slower', keys: ['['], label: 'slower', group: 'play', perform: ({ playback }) => playback.changeSpeed(-1) },
  { id: 'faster', keys: [']'], label: 'faster', group: 'play', perform: ({ playback }) => playback.changeSpeed(1) },
  { id: 'fork', keys: ['f'], label: 'forkHere', group: 'play', perform: ({ playback }) => playback.fork().catch(givenUp) },
  {
    id: 'restart',
    keys: ['r'],
    label: 'restartFilm',
    group: 'play',
    perform: ({ playback }) => {
      playback.toStart()
      playback.play()
    },
  },
]

const moving: Action[] = [
  { id: 'next', keys: ['ArrowRight'], label: 'forward', group: 'move', perform: ({ playback }) => playback.next() },
  { id: 'previous', keys: ['ArrowLeft'], label: 'back', group: 'move', perform: ({ playback }) => playback.previous() },
  { id: 'nextHop', keys: ['.'], label: 'forwardHop', group: 'move', perform: ({ playback }) => playback.next('hop') },
  {
    id: 'previousHop',
    keys: [','],
    label: 'backHop',
    group: 'move',
    perform: ({ playback }) => playback.previous('hop'),
  },
  {
    id: 'nextMilestone',
    keys: ['Shift+ArrowRight'],
    label: 'forwardMilestone',
    group: 'move',
    perform: ({ playback }) => playback.next('milestone'),
  },
  {
    id: 'previousMilestone',
    keys: ['Shift+ArrowLeft'],
    label: 'backMilestone',
    group: 'move',
    perform: ({ playback }) => playback.previous('milestone'),
  },
  { id: 'start', keys: ['Home'], label: 'toStart', group: 'move', perform: ({ playback }) => playback.toStart() },
  { id: 'end', keys: ['End'], label: 'toEnd', group: 'move', perform: ({ playback }) => playback.toEnd() },
  { id: 'goTo', keys: ['g'], label: 'goToTitle', group: 'move', perform: () => openDialog('goTo') },
  { id: 'marker', keys: ['m'], label: 'marker', group: 'move', perform: ({ playback }) => toggleMarker(playback) },
  { id: 'size', keys: ['s'], label: 'stepSize', group: 'move', perform: ({ playback }) => playback.nextSize() },
  {
    id: 'down',
    keys: ['ArrowDown'],
    label: 'selectNext',
    group: 'move',
    perform: ({ playback }) => selectPod(playback, 1),
  },
  {
    id: 'up',
    keys: ['ArrowUp'],
    label: 'selectPrevious',
    group: 'move',
    perform: ({ playback }) => selectPod(playback, -1),
  },
]

/** In the order in which the views came: who has a key in the fingers keeps it. */
const viewKeys: Record<StageView, string> = { cluster: '1', create: '2', terminate: '3', states: '4', inside: '5', race: '7', workloads: '8' }

const viewing: Action[] = [
  ...stageViews.map((id): Action => ({
    id,
    keys: [viewKeys[id]],
    label: id,
    group: 'view',
    perform: () => showView(id, view.getState().split && beside(id)),
  })),
  {
    id: 'microscope',
    keys: ['6'],
    label: 'microscope',
    group: 'view',
    perform: () => (view.getState().microscope ? closeMicroscope() : openMicroscope()),
  },
  { id: 'closeMicroscope', keys: ['Escape'], label: 'closeMicroscope', group: 'view', when: () => view.getState().microscope, perform: closeMicroscope },
  { id: 'owners', keys: ['w'], label: 'owners', group: 'view', perform: toggleOwners },
  {
    id: 'present',
    keys: ['p'],
    label: 'present',
    group: 'view',
    perform: () => view.setState({ presenting: !view.getState().presenting }),
  },
  {
    id: 'left',
    keys: ['e'],
    label: 'toggleEditor',
    group: 'view',
    perform: () => (view.getState().presenting ? askFocus('editor') : toggleSide('left')),
  },
  {
    id: 'right',
    keys: ['i'],
    label: 'toggleInspector',
    group: 'view',
    perform: () => toggleSide('right'),
  },
  { id: 'terminal', keys: ['/'], label: 'jumpTerminal', group: 'view', perform: () => askFocus('terminal') },
  { id: 'editor', keys: [], label: 'jumpEditor', group: 'view', perform: () => askFocus('editor') },
]

const presenting: Action[] = [
  { id: 'speaker', keys: ['s'], label: 'speaker', group: 'present', presenting: true, perform: openSpeaker },
  { id: 'overview', keys: ['o'], label: 'overview', group: 'present', presenting: true, perform: () => openDialog('overview') },
  { id: 'code', keys: ['q'], label: 'code', group: 'present', presenting: true, perform: () => openDialog('code') },
  { id: 'lock', keys: ['l'], label: 'lockStage', group: 'present', presenting: true, perform: toggleLock },
  { id: 'black', keys: ['b', '.'], label: 'black', group: 'present', presenting: true, perform: () => setBlack(true) },
  { id: 'fullScreen', keys: ['f'], label: 'fullScreen', group: 'present', presenting: true, perform: toggleFullScreen },
]

/** In a split a key adds a view; one that is there already stands alone again. */
function beside(id: StageView): boolean {
  return !view.getState().views.includes(id)
}

const others: Action[] = [
  {
    id: 'apply',
    keys: ['Mod+Enter'],
    label: 'applyFile',
    group: 'other',
    perform: ({ playback }) => applyOpenFile(playback).catch(givenUp),
  },
  { id: 'palette', keys: ['Mod+k'], label: 'palette', group: 'other', perform: () => openDialog('palette') },
  { id: 'help', keys: ['?'], label: 'help', group: 'other', perform: () => openDialog('help') },
  { id: 'scenarios', keys: ['o'], label: 'pickScenario', group: 'other', perform: () => openDialog('scenarios') },
  { id: 'gallery', keys: ['l'], label: 'gallery', group: 'other', perform: () => openDialog('gallery') },
  { id: 'levels', keys: ['v'], label: 'levels', group: 'other', perform: () => openDialog('levels') },
  { id: 'builder', keys: [], label: 'builder', group: 'other', perform: () => openDialog('builder') },
  { id: 'import', keys: [], label: 'importCluster', group: 'other', perform: () => openDialog('import') },
  { id: 'transcript', keys: ['t'], label: 'transcript', group: 'other', perform: () => openDialog('transcript') },
  { id: 'compare', keys: ['c'], label: 'compare', group: 'other', perform: () => openDialog('compare') },
  { id: 'share', keys: [], label: 'share', group: 'other', perform: () => openDialog('share') },
  { id: 'theme', keys: ['d'], label: 'switchTheme', group: 'other', perform: switchTheme },
  ...themes.map((name): Action => ({
    id: `theme-${name}`,
    keys: [],
    group: 'other',
    perform: () => setTheme(name),
    label: ({ auto: 'themeAuto', light: 'themeLight', dark: 'themeDark' } as const)[name],
  })),
  {
    id: 'language',
    keys: [],
    label: 'switchLanguage',
    group: 'other',
    perform: () => changeLanguage(currentLanguage() === 'en' ? 'zh' : 'en'),
  },
]

export const actions: readonly Action[] = [...playing, ...moving, ...viewing, ...presenting, ...others]

/** The next or previous pod on stage, in the order of their names. */
function selectPod({ state: { film, cursor, world } }: Playback, by: 1 | -1): void {
  const keys = film?.etcd.keysAt('pods/', world) ?? []
  const at = keys.indexOf(view.getState().selected ?? film?.podInFocus(cursor) ?? '')
  // Where none of them is chosen, from before the first or from behind the last.
  if (keys.length > 0) select(keys.at(at < 0 && by < 0 ? -1 : (at + by) % keys.length))
}
