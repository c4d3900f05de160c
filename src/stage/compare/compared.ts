import { createStore } from 'zustand/vanilla'

/** The scenario that a link wants beside the film. */
export const compared = createStore<{ with: string | undefined }>(() => ({ with: undefined }))
