import { createStore } from 'zustand/vanilla'

/** Whether the stage is for watching only: a stray key or click changes nothing; stepping, views and the speaker's keys go on working. */
export const lock = createStore<{ locked: boolean }>(() => ({ locked: false }))

export function setLocked(locked: boolean): void {
  lock.setState({ locked })
}

export function toggleLock(): void {
  lock.setState(({ locked }) => ({ locked: !locked }))
}
