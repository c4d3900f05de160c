import { useMemo } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { usePlaybackState } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { Button } from '../shared/ui/Button.tsx'
import type { OnDesk } from '../shared/files/desk.ts'
import type { MonacoHandle } from './MonacoView.tsx'
import { PlainEditor } from './PlainEditor.tsx'
import type { PlainHandle } from './PlainEditor.tsx'
import { lineAt } from './texts.ts'
import type { Shown } from './texts.ts'
import type { FileActions } from './useFileActions.ts'
import type { LoadedMonaco } from './useMonaco.ts'

/** The text of the file in front: in the plain editor, then in Monaco when it has come. */
export function Body({
  files: { all, open },
  text,
  shown,
  loaded,
  onPlain,
  onFull,
  actions,
  onApply,
  onTouch,
}: {
  files: OnDesk
  text: string
  shown: readonly Shown[]
  loaded: LoadedMonaco | undefined
  onPlain: (handle: PlainHandle | undefined) => void
  onFull: (handle: MonacoHandle | undefined) => void
  actions: FileActions
  onApply: () => void
  onTouch: () => void
}): ReactElement {
  const { t } = useTranslation('editor')
  const film = usePlaybackState((s) => s.film)
  const explanations = loaded?.explanations
  const texts = useMemo(
    () => ({ templates: t('templates', { returnObjects: true }), allowedValues: t('allowedValues'), explanations }),
    [t, explanations],
  )
  const wrong = useMemo(
    () => new Map(shown.toReversed().map(({ finding }) => [lineAt(text, finding.from), finding.severity])),
    [shown, text],
  )
  if (open === undefined) {
    return (
      <Blank title={t('noFiles')} actions={<Button onClick={actions.create}>{t('newFile')}</Button>}>
        {t('noFilesText')}
      </Blank>
    )
  }
  const label = t('text', { name: open })
  if (loaded === undefined) {
    return (
      <PlainEditor
        name={open}
        text={text}
        label={label}
        wrong={wrong}
        onChange={(to) => actions.write(open, to)}
        onApply={onApply}
        onTouch={onTouch}
        handle={onPlain}
      />
    )
  }
  return (
    <loaded.View
      of={film}
      files={all}
      open={open}
      label={label}
      shown={shown}
      texts={texts}
      startAt={loaded.startAt}
      changed={actions.write}
      apply={onApply}
      leave={leave}
      handle={onFull}
    />
  )
}

/** Out of the text: the keys of the page act again, and Tab goes on from here. */
function leave(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
}
