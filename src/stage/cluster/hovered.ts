import { createStore } from 'zustand/vanilla'

/** Key of the pod that the pointer is on. */
export const hovered = createStore<{ key: string | undefined }>(() => ({ key: undefined }))

export const point = (key: string | undefined): void => hovered.setState({ key })
