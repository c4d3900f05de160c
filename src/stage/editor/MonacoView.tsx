import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import type { ReactElement } from 'react'
import { classes } from '../shared/ui/classes.ts'
import { useThemeEdition } from '../shared/ui/colour.ts'
import { holdBack } from '../shared/files/desk.ts'
import type { Files } from '../shared/files/files.ts'
import type { Fix } from './checking/finding.ts'
import { monaco, startMonaco } from './monaco/monaco.ts'
import type { MonacoTexts } from './monaco/monaco.ts'
import { applyTheme } from './monaco/theme.ts'
import { YamlEditor } from './monaco/YamlEditor.ts'
import type { YamlEditorEvents } from './monaco/YamlEditor.ts'
import styles from './MonacoView.module.css'
import type { EditorHandle } from './PlainEditor.tsx'
import type { Shown } from './texts.ts'

/** What Monaco can do besides. */
export interface MonacoHandle extends EditorHandle {
  mend: (fix: Fix) => void
}

interface Props extends YamlEditorEvents {
  /** Whose files they are: those of another film are other files, even of the same name. */
  of: unknown
  files: Files
  open: string | undefined
  label: string
  shown: readonly Shown[]
  texts: MonacoTexts
  handle: (handle: MonacoHandle | undefined) => void
  /** Where somebody was typing before Monaco came. */
  startAt: number | undefined
}

/** Monaco as a view. The editor lives as long as the view does, and takes over what changes around it. */
export default function MonacoView(props: Props): ReactElement {
  const element = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  const [editor, setEditor] = useState<YamlEditor>()

  useLayoutEffect(() => {
    latest.current = props
  })
  useLayoutEffect(() => {
    startMonaco(latest.current.texts)
    applyTheme(monaco)
    const made = new YamlEditor(element.current!, {
      changed: (name, text) => latest.current.changed(name, text),
      apply: () => latest.current.apply(),
      leave: () => latest.current.leave(),
    })
    const stop = holdBack(() => made.handOver())
    setEditor(made)
    made.take(latest.current.of, latest.current.files, latest.current.open)
    if (latest.current.startAt !== undefined) made.goTo(latest.current.startAt)
    // Letters are measured when the editor is made; the font may come later.
    void document.fonts.ready.then(() => monaco.editor.remeasureFonts())
    return () => {
      latest.current.handle(undefined)
      stop()
      made.dispose()
    }
  }, [])

  const theme = useThemeEdition()
  useEffect(() => applyTheme(monaco), [theme])
  const { of, files, open, shown, label, handle } = props
  useLayoutEffect(() => editor?.take(of, files, open), [editor, of, files, open])
  useLayoutEffect(() => editor?.show(shown), [editor, shown, open])
  useEffect(() => editor?.setLabel(label), [editor, label])
  useLayoutEffect(() => {
    if (editor === undefined) return
    handle({ focus: () => editor.focus(), goTo: (offset) => editor.goTo(offset), mend: (fix) => editor.mend(fix) })
  }, [editor, handle])
  // The second class gives Monaco's colours to its menu, which it puts beside the editor.
  return <div ref={element} className={classes(styles.monaco, 'monaco-component')} />
}
