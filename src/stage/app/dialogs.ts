import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'

/** What is open over the page: one thing at a time. */
export type DialogName = 'help' | 'goTo' | 'palette' | 'scenarios' | 'gallery' | 'builder' | 'import' | 'share' | 'editor' | 'inspector' | 'timeline' | 'transcript' | 'compare' | 'overview' | 'code' | 'levels'

const dialogs = createStore<{ open: DialogName | undefined }>(() => ({ open: undefined }))

export function openDialog(open: DialogName | undefined): void {
  dialogs.setState({ open })
}

export function useDialog(): DialogName | undefined {
  return useStore(dialogs, (s) => s.open)
}
