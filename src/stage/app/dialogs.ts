import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

/** What is open over the page: one thing at a time. */
export type DialogName = 'help' | 'goTo' | 'palette' | 'scenarios' | 'gallery' | 'builder' | 'import' | 'share' | 'editor' | 'inspector' | 'timeline' | 'transcript' | 'compare' | 'overview' | 'code' | 'levels'

const dialogs = createStore<{ open: DialogName | undefined }>(() => ({ open: undefined }))

export function openDialog(open: DialogName | undefined): void {
  dialogs.setState({ open })
}

/** Those that are panels of a wide window stand in it, whatever was open in a narrow one. */
const panels: ReadonlySet<DialogName | undefined> = new Set(['editor', 'inspector', 'timeline', undefined])

/** Whether a dialog is open or on its way: what is pressed meanwhile is meant for it. */
export function hasDialog(): boolean {
  return !panels.has(dialogs.getState().open)
}

export function useDialog(): DialogName | undefined {
  return useStore(dialogs, (s) => s.open)
}
