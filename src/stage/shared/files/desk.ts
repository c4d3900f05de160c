import { useMemo } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { Film } from '../../../playback/film.ts'
import { useFilm, usePlaybackState } from '../../../playback/hooks.ts'
import type { Playback } from '../../../playback/playback.ts'
import { filesKey, filesOf, pending, withDrafts } from './files.ts'
import type { Drafts, Files } from './files.ts'

/**
 * The desk: what a person has written over the files of the film and not applied yet. It outlives errors,
 * other films and a reload of the page (in the browser's storage for this visit).
 */
interface Desk {
  drafts: Drafts
  /** The file whose tab is in front; undefined: the first one. */
  open: string | undefined
}

interface DeskState {
  /** By the key of a film's files. */
  desks: Readonly<Record<string, Desk>>
}

const storageKey = 'podreel.desk'
const desksMax = 8
const bare: Desk = { drafts: {}, open: undefined }

export const desk = createStore<DeskState>(() => ({ desks: restore() }))

function restore(): DeskState['desks'] {
  try {
    const stored: unknown = JSON.parse(sessionStorage.getItem(storageKey) ?? '{}')
    return isDesks(stored) ? stored : {}
  } catch {
    return {}
  }
}

function isDesks(value: unknown): value is DeskState['desks'] {
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).every(
    (d: Desk | null) =>
      typeof d?.drafts === 'object' &&
      d.drafts !== null &&
      Object.values(d.drafts).every((text) => text === null || typeof text === 'string') &&
      (d.open === undefined || typeof d.open === 'string'),
  )
}

let saving: ReturnType<typeof setTimeout> | undefined

/** Soon, not at every letter: a file may be large. */
function saveSoon(): void {
  saving ??= setTimeout(save, 400)
}

function save(): void {
  clearTimeout(saving)
  saving = undefined
  try {
    sessionStorage.setItem(storageKey, JSON.stringify(desk.getState().desks))
  } catch {
    // Forbidden, or more than fits: the drafts live as long as the page.
  }
}

if (typeof window !== 'undefined') window.addEventListener('pagehide', () => saving !== undefined && save())

function change(key: string, to: Partial<Desk>): void {
  const { [key]: present = bare, ...others } = desk.getState().desks
  // The present one comes last, so that the oldest are forgotten first.
  const kept = Object.entries(others).slice(-(desksMax - 1))
  desk.setState({ desks: { ...Object.fromEntries(kept), [key]: { ...present, ...to } } })
  saveSoon()
}

/** The files at the moment on stage, what is written over them, and what can be done to them. */
export interface OnDesk {
  /** As the film has them. */
  film: Files
  /** As the person has them. */
  all: Files
  drafts: Drafts
  open: string | undefined
}

const noFiles: Files = {}

export function useFiles(): OnDesk {
  const film = useFilm()
  const ofFilm = usePlaybackState(({ cursor }) => (film === undefined ? noFiles : filesOf(film, cursor)))
  const key = useMemo(() => (film === undefined ? '' : filesKey(film.scenario)), [film])
  const present = useStore(desk, (s) => s.desks[key] ?? bare)
  return useMemo(() => lay(ofFilm, present), [ofFilm, present])
}

/** The same, read once. What an editor still holds back is taken in first. */
export function filesNow({ state: { film, cursor } }: Playback): OnDesk {
  flush()
  if (film === undefined) return lay(noFiles, bare)
  return lay(filesOf(film, cursor), desk.getState().desks[filesKey(film.scenario)] ?? bare)
}

function lay(film: Files, { drafts, open }: Desk): OnDesk {
  const all = withDrafts(film, drafts)
  return {
    film,
    all,
    drafts: pending(film, drafts),
    open: open !== undefined && Object.hasOwn(all, open) ? open : Object.keys(all)[0],
  }
}

/** Writes a text over a file, or makes a new one; null deletes it. */
export function writeFile({ state: { film, cursor } }: Playback, name: string, text: string | null): void {
  if (film === undefined) return
  const key = filesKey(film.scenario)
  const drafts = { ...desk.getState().desks[key]?.drafts, [name]: text }
  change(key, { drafts: pending(filesOf(film, cursor), drafts) })
}

/** Lets go of what was written over a film's file, or of a file that only the desk has. */
export function forgetDraft({ scenario }: Film, name: string): void {
  const key = filesKey(scenario)
  const { [name]: _, ...drafts } = desk.getState().desks[key]?.drafts ?? {}
  change(key, { drafts })
}

/** Forgets drafts that the film now says itself: they have been applied. */
export function settle({ state: { film, cursor } }: Playback): void {
  if (film === undefined) return
  const key = filesKey(film.scenario)
  const { drafts } = desk.getState().desks[key] ?? bare
  const rest = pending(filesOf(film, cursor), drafts)
  if (Object.keys(rest).length < Object.keys(drafts).length) change(key, { drafts: rest })
}

export function openFile({ state: { film } }: Playback, name: string): void {
  if (film !== undefined) change(filesKey(film.scenario), { open: name })
}

let flush = (): void => undefined

/** An editor that hands its text over only now and then says here how to get it at once. */
export function holdBack(handOver: () => void): () => void {
  flush = handOver
  return () => {
    if (flush === handOver) flush = () => undefined
  }
}
