import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { usePlaybackState, usePodInFocus } from '../../playback/hooks.ts'

/**
 * What is selected and what is open: the state of the views themselves, which the engine never sees. It is
 * part of a share link.
 */
export const stageViews = ['cluster', 'create', 'terminate', 'states', 'inside', 'race', 'workloads'] as const
export type StageView = (typeof stageViews)[number]

export function isStageView(value: unknown): value is StageView {
  return (stageViews as readonly unknown[]).includes(value)
}

export interface ViewState {
  /** Key of the object that a person has chosen ('pods/default/web', 'nodes/node1'); undefined: follow the film. */
  selected: string | undefined
  /** The views on stage, side by side; at least one. */
  views: readonly StageView[]
  /** Choosing a view adds it to those on stage. */
  split: boolean
  /** The editor and the terminal. */
  left: boolean
  /** The inspector. */
  right: boolean
  /** Which of the two was asked for last: where there is room for one, it is the one. */
  front: 'left' | 'right'
  /** The scheduler's decisions lie over the views. */
  microscope: boolean
  /** Lines from owners to what they have made lie over the cluster, whatever is chosen. */
  owners: boolean
  presenting: boolean
  /** Inside another page, with these controls. */
  embedded: 'none' | 'min' | 'full' | undefined
  /** Which pages around the frame may command it (src/stage/embed/messages.ts). */
  embedOrigin: string | undefined
  /** What is to come is not shown: somebody is asked to foretell it. */
  curtain: boolean
  /** Where the keyboard is wanted; the number makes each wish a new one. */
  focus: { where: 'editor' | 'terminal'; wish: number; text?: string } | undefined
  /** The wish that was fulfilled last. */
  served: number
}

export const view = createStore<ViewState>(() => ({
  selected: undefined,
  views: ['cluster'],
  split: false,
  left: true,
  right: true,
  front: 'left',
  microscope: false,
  owners: false,
  presenting: false,
  embedded: undefined,
  embedOrigin: undefined,
  curtain: false,
  focus: undefined,
  served: 0,
}))

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(view, select)
}

export function select(key: string | undefined): void {
  view.setState(key === undefined ? { selected: key } : { selected: key, front: 'right' })
}

/** Key of the object that the inspector and the flowcharts are about: the chosen one, else the pod in focus. */
export function useSelection(): string | undefined {
  const inFocus = usePodInFocus()
  return useView((s) => s.selected) ?? inFocus
}

/** Whether the film was about this pod last, and nobody has chosen anything else: for many pods, of which a step concerns two. */
export function useIsFollowed(key: string): boolean {
  const inFocus = usePlaybackState((s) => s.film?.podInFocus(s.cursor) === key)
  return useView((s) => s.selected === undefined) && inFocus
}

/** Shows one view alone, or with `beside` adds it to (or takes it from) those on stage: what lies over them makes room. */
export function showView(id: StageView, beside: boolean): void {
  const { views } = view.getState()
  closeMicroscope()
  if (!beside) return view.setState({ views: [id] })
  if (!views.includes(id)) return view.setState({ views: stageViews.filter((v) => v === id || views.includes(v)) })
  if (views.length > 1) view.setState({ views: views.filter((v) => v !== id) })
}

/** Shows who has made what, or only of what is chosen. */
export function toggleOwners(): void {
  view.setState(({ owners }) => ({ owners: !owners }))
}

/** Opens the scheduler's decisions: about a pod, or about whichever was tried last. */
export function openMicroscope(pod?: string): void {
  view.setState({ microscope: true, ...(pod === undefined ? {} : { selected: pod }) })
}

export function closeMicroscope(): void {
  view.setState({ microscope: false })
}

/** Opens the editor or the terminal and puts the keyboard there (they listen for `focus`); the terminal with a line typed, but not run. */
export function askFocus(where: 'editor' | 'terminal', text?: string): void {
  const typed = text === undefined ? {} : { text }
  view.setState(({ focus }) => ({ left: true, front: 'left', focus: { where, wish: (focus?.wish ?? 0) + 1, ...typed } }))
}

/** False: that wish is fulfilled already. */
export function serveFocus(wish: number): boolean {
  if (wish <= view.getState().served) return false
  view.setState({ served: wish })
  return true
}

/** Begins or ends a split: a second view comes beside the first, or the first stays alone. */
export function toggleSplit(): void {
  const { split, views } = view.getState()
  const [first = 'cluster'] = views
  view.setState({
    split: !split,
    views: split ? [first] : stageViews.filter((v) => v === first || v === (first === 'create' ? 'cluster' : 'create')),
  })
}
