import { createStore } from 'zustand/vanilla'

/** Whether the hall sees nothing: by B here, by the button in the speaker's window. */
export const blackout = createStore<{ black: boolean }>(() => ({ black: false }))

export function setBlack(black: boolean): void {
  blackout.setState({ black })
}
