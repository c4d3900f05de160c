import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { KubeObject } from '../../engine/api/types.ts'
import type { Film } from '../../playback/film.ts'
import { usePlayback, usePlaybackState } from '../../playback/hooks.ts'
import { IconButton } from '../shared/ui/Button.tsx'
import { fieldPaths } from '../shared/words/fieldPaths.ts'
import { Explain } from '../shared/words/Glossary.tsx'
import styles from './inspector.module.css'
import { OwnerTree } from './OwnerTree.tsx'
import { Head } from './parts.tsx'
import { changedOnly, yamlLines, yamlOf } from '../shared/objects/yamlDiff.ts'
import type { YamlLine } from '../shared/objects/yamlDiff.ts'
import { useFieldTexts } from '../shared/words/useFieldTexts.ts'

/** The object as YAML, with what its last write changed; from version to version with two buttons. */
export function YamlTab({ objectKey }: { objectKey: string }): ReactElement | null {
  const { t } = useTranslation('inspector')
  const [brief, setBrief] = useState(false)
  const film = usePlaybackState((s) => s.film)
  const entry = usePlaybackState((s) => s.film?.etcd.entry(objectKey, s.world))
  const shown = entry?.value === undefined ? entry?.previous : entry
  const lines = useMemo(() => {
    if (shown === undefined) return []
    const before = shown.previous?.value as KubeObject | undefined
    return yamlLines(before === undefined ? undefined : yamlOf(before), yamlOf(shown.value as KubeObject))
  }, [shown])
  if (film === undefined || shown === undefined) return null
  const first = shown.previous?.value === undefined
  return (
    <div className={styles.yaml}>
      <div className={styles.yamlBar}>
        <Versions film={film} objectKey={objectKey} revision={shown.revision} />
        <label>
          <input type="checkbox" checked={brief} disabled={first} onChange={(e) => setBrief(e.target.checked)} />{' '}
          {t('changes')}
        </label>
      </div>
      <Lines lines={brief && !first ? changedOnly(lines) : lines} object={shown.value as KubeObject} />
    </div>
  )
}

function Versions({ film, objectKey, revision }: { film: Film; objectKey: string; revision: number }): ReactElement {
  const { t } = useTranslation('inspector')
  const playback = usePlayback()
  const versions = film.etcd.life(objectKey)
  const at = versions.findIndex((v) => v.revision === revision)
  const step = film.steps[film.stepOfRevision(revision)]
  const go = (i: number): void => playback.seek(film.stepOfRevision(versions[i]!.revision))
  return (
    <>
      <IconButton label={t('earlier')} disabled={at <= 0} onClick={() => go(at - 1)}>
        <ChevronLeft size={15} />
      </IconButton>
      <span title={t('changedBy', { revision, who: step?.from ?? '' })}>
        {t('version', { n: at + 1, count: versions.length })}
      </span>
      <IconButton label={t('later')} disabled={at >= versions.length - 1} onClick={() => go(at + 1)}>
        <ChevronRight size={15} />
      </IconButton>
    </>
  )
}

function Lines({
  lines,
  object,
}: {
  lines: readonly (YamlLine | { folded: number })[]
  object: KubeObject
}): ReactElement {
  const { t } = useTranslation('inspector')
  const fieldText = useFieldTexts(object)
  const paths = useMemo(() => fieldPaths(lines.map((line) => ('folded' in line ? '' : line.text))), [lines])
  return (
    <pre className={styles.code} tabIndex={0} data-words>
      {lines.map((line, i) =>
        'folded' in line ? (
          <span key={i} className={styles.fold}>
            {t('folded', { count: line.folded })}
            {'\n'}
          </span>
        ) : (
          <YamlText key={i} line={line} path={paths[i]} text={fieldText} />
        ),
      )}
    </pre>
  )
}

const marks = { same: ' ', added: '+', removed: '-' } as const

/** A field says what it is for: in the glossary's words, else in those of the API's documentation. */
function YamlText({
  line,
  path,
  text,
}: {
  line: YamlLine
  path: string | undefined
  text: (path: string) => string | undefined
}): ReactElement {
  const { mark } = line
  const [, indent = '', key, rest = ''] = /^(\s*(?:- )*)([^\s:][^:]*:)?(.*)$/.exec(line.text) ?? []
  return (
    <span className={styles.line} data-mark={mark}>
      <i>{marks[mark]}</i>
      {indent}
      {key !== undefined && (
        <b>{path === undefined ? key : <Explain word={path} text={text(path)} quiet>{key}</Explain>}</b>
      )}
      {rest}
      {'\n'}
    </span>
  )
}

/** Any other object: its YAML. */
export function ObjectInspector({ objectKey }: { objectKey: string }): ReactElement {
  const [resource = '', ...rest] = objectKey.split('/')
  return (
    <>
      <Head kind={`${resource}/`} name={rest.at(-1) ?? ''} />
      <div className={styles.panel}>
        <OwnerTree objectKey={objectKey} />
        <YamlTab objectKey={objectKey} />
      </div>
    </>
  )
}
