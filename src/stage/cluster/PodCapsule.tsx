import { memo } from 'react'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { NodeProps } from 'reactflow'
import { uidOnNode } from '../../engine/api/machine.ts'
import type { Pod } from '../../engine/api/types.ts'
import { usePlaybackState } from '../../playback/hooks.ts'
import { classes } from '../shared/ui/classes.ts'
import { CutName } from '../shared/ui/CutName.tsx'
import { ClockGlyph } from '../shared/objects/ClockGlyph.tsx'
import type { SandboxState } from '../shared/objects/containers.ts'
import { PauseGlyph } from '../shared/objects/ContainerGlyph.tsx'
import { ownersOf } from '../shared/objects/owners.ts'
import { useContainers } from '../shared/objects/podRecords.ts'
import { StateIcon } from '../shared/objects/StateIcon.tsx'
import { podTone, printedPod } from '../shared/objects/status.ts'
import { isSystemPod, shortPodName } from '../shared/objects/systemPods.ts'
import { toneColour } from '../shared/objects/tone.ts'
import { select, useIsFollowed, useView } from '../shared/view.ts'
import styles from './cluster.module.css'
import type { PodLook, PodNode } from './graph.ts'
import { point } from './hovered.ts'

/** A pod: name, STATUS, and its sandbox, which begins with the pause container and holds the others. */
export const PodCapsule = memo(function PodCapsule({ data, width = 0, height = 0 }: NodeProps<PodNode>): ReactElement {
  const { t } = useTranslation('cluster')
  const { pod, look, scale, more } = data
  const { name, namespace } = pod.metadata
  const key = `pods/${namespace}/${name}`
  const chosen = useView((s) => s.selected === key)
  const followed = useIsFollowed(key) || chosen
  const concerned = useConcerned(pod)
  const kin = useKin(pod)
  const printed = printedPod(pod)
  const tone = podTone(pod)
  const label = t('podLabel', { name, status: printed.status, ready: printed.ready, total: printed.total })
  const style = { width: width / scale, height: height / scale, ...(scale !== 1 && { transform: `scale(${scale})` }) }
  return (
    <button
      type="button"
      className={classes('nopan', styles.scaled, styles.pod)}
      style={style}
      data-look={look}
      data-tone={tone}
      data-chosen={chosen || undefined}
      data-followed={followed || undefined}
      data-lit={concerned || undefined}
      data-kin={kin || undefined}
      data-testid={`pod-${namespace}-${name}`}
      aria-label={label}
      data-word={printed.status}
      data-word-title={label}
      onClick={() => select(key)}
      onPointerEnter={() => point(key)}
      onPointerLeave={() => point(undefined)}
    >
      {more > 0 ? (
        <span className={styles.moreChip}>{t('more', { count: more + 1 })}</span>
      ) : (
        <Content look={look} pod={pod} status={printed.status} tone={tone} />
      )}
    </button>
  )
})

/** Whether what is chosen has made it: a Deployment, its ReplicaSet. */
function useKin(pod: Pod): boolean {
  const chosen = useView((s) => s.selected)
  const isMaker = chosen !== undefined && !/^(pods|nodes|components)\//.test(chosen)
  return usePlaybackState(
    ({ film, cursor }) => isMaker && film !== undefined && ownersOf(film, pod, film.revisionAt(cursor)).some(({ key }) => key === chosen),
  )
}

type Tone = ReturnType<typeof podTone>

function Content({ look, pod, status, tone }: { look: PodLook; pod: Pod; status: string; tone: Tone }): ReactElement {
  if (look === 'roomy' || look === 'terse') return <Told pod={pod} status={status} tone={tone} band={look === 'roomy'} />
  if (look === 'cell') return <StateIcon tone={tone} size={13} />
  return (
    <>
      <StateIcon tone={tone} size={look === 'small' ? 11 : 13} />
      <span className={styles.podName} title={pod.metadata.name}>
        <CutName name={look === 'small' && isSystemPod(pod) ? shortPodName(pod) : pod.metadata.name} />
      </span>
      {look === 'compact' && <Glyphs pod={pod} size={13} />}
    </>
  )
}

/** Name and STATUS, which has its line to itself; below, its containers and how many of them are ready, or the containers alone beside it. */
function Told({ pod, status, tone, band }: { pod: Pod; status: string; tone: Tone; band: boolean }): ReactElement {
  const { t } = useTranslation('cluster')
  const printed = printedPod(pod)
  const { name, namespace } = pod.metadata
  const restarts = printed.restarts > 0 && (
    <span className={styles.restarts} title={t('restarts', { count: printed.restarts })}>
      ↻{printed.restarts}
    </span>
  )
  return (
    <>
      <span className={styles.podName} title={`${namespace}/${name}`}>
        <CutName name={name} lead={namespace !== 'default' && <i>{namespace}/</i>} />
      </span>
      <span className={styles.podStatus} style={{ color: toneColour(tone) }}>
        <span className={styles.statusWord}>
          <StateIcon tone={tone} size={12} />
          <b>{status}</b>
        </span>
        {!band && restarts}
        {!band && <Glyphs pod={pod} size={16} />}
      </span>
      {band && (
        <Glyphs pod={pod} size={16} band>
          <span className={styles.counts}>
            {restarts}
            <span className="figures">
              {printed.ready}/{printed.total}
            </span>
          </span>
        </Glyphs>
      )}
    </>
  )
}

/** As many glyphs as there is room for beside the counts; the rest is a number. */
const glyphsMost = 5

function Glyphs({ pod, size, band, children }: { pod: Pod; size: number; band?: true; children?: ReactNode }): ReactElement {
  const { t } = useTranslation('cluster')
  const { sandbox, containers } = useContainers(pod)
  const shown = containers.length > glyphsMost ? containers.slice(0, glyphsMost - 1) : containers
  return (
    <span className={styles.band} data-band={band} data-sandbox={sandbox} title={band && t(sandboxText[sandbox])}>
      {band && <PauseGlyph size={11} />}
      {shown.map((view) => (
        <span
          key={`${view.role}/${view.name}`}
          title={t(view.role, { name: view.name, word: view.word })}
          data-role={view.role}
        >
          <ClockGlyph view={view} size={size} />
        </span>
      ))}
      {shown.length < containers.length && (
        <span className={styles.moreGlyphs}>+{containers.length - shown.length}</span>
      )}
      {children}
    </span>
  )
}

const sandboxText: Record<SandboxState, 'sandbox' | 'noSandbox' | 'deadSandbox'> = {
  none: 'noSandbox',
  ready: 'sandbox',
  notready: 'deadSandbox',
}

/** Whether something happens to this pod on its machine at the present step. */
function useConcerned(pod: Pod): boolean {
  return usePlaybackState((s) => {
    const step = s.film?.steps[s.cursor]
    return step !== undefined && step.kind === 'runtime' && step.uid === uidOnNode(pod)
  })
}
