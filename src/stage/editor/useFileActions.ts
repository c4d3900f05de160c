import { useMemo, useState } from 'react'
import { usePlayback } from '../../playback/hooks.ts'
import { filesNow, openFile, writeFile } from '../shared/files/desk.ts'
import { freshName } from '../shared/files/files.ts'

/** What can be done with files; nothing is lost by it. */
export interface FileActions {
  open: (name: string) => void
  write: (name: string, text: string) => void
  create: () => void
  rename: (from: string, to: string) => void
  remove: (name: string) => void
  /** Back to what the film says. */
  revert: (name: string) => void
  /** The file that was deleted last, and how to have it back. */
  removed: { readonly name: string; restore: () => void } | undefined
}

export function useFileActions(onCreate: () => void): FileActions {
  const playback = usePlayback()
  const [gone, setGone] = useState<{ name: string; text: string }>()
  const actions = useMemo(() => {
    const textOf = (name: string): string => filesNow(playback).all[name] ?? ''
    const put = (name: string, text: string): void => {
      writeFile(playback, name, text)
      openFile(playback, name)
    }
    return {
      open: (name: string) => openFile(playback, name),
      write: (name: string, text: string) => writeFile(playback, name, text),
      create: () => {
        put(freshName(filesNow(playback).all), '')
        onCreate()
      },
      rename: (from: string, to: string) => {
        put(to, textOf(from))
        writeFile(playback, from, null)
      },
      remove: (name: string) => {
        setGone({ name, text: textOf(name) })
        writeFile(playback, name, null)
      },
      revert: (name: string) => writeFile(playback, name, filesNow(playback).film[name] ?? null),
      put,
    }
  }, [playback, onCreate])
  const removed = gone && {
    name: gone.name,
    restore: () => {
      actions.put(gone.name, gone.text)
      setGone(undefined)
    },
  }
  return { ...actions, removed }
}
