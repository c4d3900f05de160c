import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { uidOnNode } from '../../engine/api/machine.ts'
import type { Pod } from '../../engine/api/types.ts'
import { useFilm, usePlaybackState } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { Countdown } from '../shared/objects/Clocks.tsx'
import { gracePeriod } from '../shared/objects/containers.ts'
import type { ContainerView } from '../shared/objects/containers.ts'
import { ContainerGlyph, PauseGlyph } from '../shared/objects/ContainerGlyph.tsx'
import { Pane, PaneBody, PaneHead } from '../shared/ui/Pane.tsx'
import { shownName } from '../shared/objects/shownName.ts'
import { StatusWord } from '../shared/objects/StatusWord.tsx'
import { podTone, printedPod } from '../shared/objects/status.ts'
import { Explain } from '../shared/words/Glossary.tsx'
import { ContainerColumn } from './ContainerColumn.tsx'
import styles from './pod.module.css'
import { Shared } from './Shared.tsx'
import { useInside, usePod } from './useInside.ts'

/** Inside the selected pod: its sandbox, what its containers share, and what each has for itself. */
export function PodView(): ReactElement {
  const { t } = useTranslation('pod')
  const { name, pod } = usePod()
  return (
    <Pane>
      {pod !== undefined && <InsidePod key={pod.metadata.uid} pod={pod} />}
      {pod === undefined && (name === undefined ? <Blank title={t('noPod')}>{t('noPodText')}</Blank> : <Blank title={t('notThere', { name })}>{t('notThereText')}</Blank>)}
    </Pane>
  )
}

function InsidePod({ pod }: { pod: Pod }): ReactElement {
  const { t } = useTranslation('pod')
  const { inside, records } = useInside(pod)
  const lit = useLit(pod)
  const { sandbox } = inside
  const state = sandbox?.state ?? 'none'
  return (
    <PaneBody className={styles.body}>
      <Head pod={pod} alive={records.containers.some((r) => r.state === 'running')} />
      <section className={styles.sandbox} data-state={state} aria-label={t('sandbox')}>
        <header className={styles.pause}>
          <PauseGlyph size={13} />
          <Explain word="pause">pause</Explain>
          <span>{t(`state.${state}`)}</span>
          {sandbox !== undefined && sandbox.attempt > 0 && <span>{t('attempt', { n: sandbox.attempt })}</span>}
          {inside.done.length > 0 && <Done views={inside.done} />}
        </header>
        <div className={styles.columns}>
          {inside.containers.map((container) => (
            <ContainerColumn
              key={`${container.view.role}/${container.view.name}`}
              pod={pod}
              container={container}
              records={records}
              ownProcesses={inside.pid === 'container'}
              lit={container.view.name === lit}
            />
          ))}
        </div>
        <Shared pod={pod} inside={inside} />
      </section>
    </PaneBody>
  )
}

function Head({ pod, alive }: { pod: Pod; alive: boolean }): ReactElement {
  const { t } = useTranslation('pod')
  const { namespace, name } = pod.metadata
  const { nodeName } = pod.spec
  const grace = gracePeriod(pod)
  return (
    <PaneHead title={t('title', { name: shownName(`pods/${namespace}/${name}`) })} className={styles.head}>
      <StatusWord word={printedPod(pod).status} tone={podTone(pod)} />
      <span>{nodeName === undefined ? t('noNode') : t('on', { node: nodeName })}</span>
      {grace !== undefined && alive && (
        <ul className={styles.grace}>
          <Countdown from={grace.from} to={grace.to} word="grace" />
        </ul>
      )}
    </PaneHead>
  )
}

/** Init containers that have ended, in their order. */
function Done({ views }: { views: readonly ContainerView[] }): ReactElement {
  const { t } = useTranslation('pod')
  return (
    <span className={styles.done}>
      {t('done')}
      {views.map(({ name, glyph }) => (
        <span key={name}>
          <ContainerGlyph state={glyph} size={13} /> {name}
        </span>
      ))}
    </span>
  )
}

/** The container that the step on stage is about. */
function useLit(pod: Pod): string | undefined {
  useFilm()
  return usePlaybackState(({ film, cursor }) => {
    const step = film?.steps[cursor]
    const name = step?.uid === uidOnNode(pod) ? step.detail?.['container'] : undefined
    return typeof name === 'string' ? name : undefined
  })
}

