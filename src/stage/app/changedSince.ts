import { createStore } from 'zustand/vanilla'
import type { Scenario } from '../../worker/protocol.ts'

/** The scenario of a link that was made of an earlier version of it: what it shows may differ from what the sender saw. */
export const changedSince = createStore<{ scenario: Scenario | undefined }>(() => ({ scenario: undefined }))
