import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import { usePodInFocus } from '../../playback/hooks.ts'

/**
 * What is selected and what is open: the state of the views themselves, which the engine never sees. It is
 * part of a share link.
 */
export const stageViews = ['cluster', 'create', 'terminate', 'states'] as const
export type StageView = (typeof stageViews)[number]

export function isStageView(value: unknown): value is StageView {
  return (stageViews as readonly unknown[]).includes(value)
}

export interface ViewState {
  /** Key of the object that a person has chosen ('pods/default/web', 'nodes/node1'); undefined: follow the film. */
  selected: string | undefined
  /** The views on stage, side by side; at least one. */
  views: readonly StageView[]
  /** The editor and the terminal. */
  left: boolean
  /** The inspector. */
  right: boolean
  presenting: boolean
}

export const view = createStore<ViewState>(() => ({
  selected: undefined,
  views: ['cluster'],
  left: true,
  right: true,
  presenting: false,
}))

export function useView<T>(select: (state: ViewState) => T): T {
  return useStore(view, select)
}

export function select(key: string | undefined): void {
  view.setState({ selected: key })
}

/** Key of the object that the inspector and the flowcharts are about: the chosen one, else the pod in focus. */
export function useSelection(): string | undefined {
  const inFocus = usePodInFocus()
  return useView((s) => s.selected) ?? inFocus
}

/** Shows one view alone, or with `beside` adds it to (or takes it from) those on stage. */
export function showView(id: StageView, beside: boolean): void {
  const { views } = view.getState()
  if (!beside) return view.setState({ views: [id] })
  if (!views.includes(id)) return view.setState({ views: stageViews.filter((v) => v === id || views.includes(v)) })
  if (views.length > 1) view.setState({ views: views.filter((v) => v !== id) })
}
