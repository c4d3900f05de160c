import { Microscope } from 'lucide-react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import { useFilm, usePlaybackState } from '../../playback/hooks.ts'
import { Blank } from '../shared/ui/Blank.tsx'
import { Button } from '../shared/ui/Button.tsx'
import { openMicroscope } from '../shared/view.ts'
import { lastDecision } from './decision.ts'
import type { NodeResult, SchedulingDecision } from './decision.ts'
import styles from './inspector.module.css'
import { Section } from './parts.tsx'
import { Explain } from '../shared/words/Glossary.tsx'

/** As many nodes as stand side by side; of more, each is a line. */
const columnsMost = 4

/** The last decision of the scheduler: which nodes fit, how they scored, who won. */
export function SchedulerDecision(): ReactElement {
  const { t } = useTranslation(['inspector', 'microscope'])
  const film = useFilm()
  const cursor = usePlaybackState((s) => s.cursor)
  const decision = film === undefined ? undefined : lastDecision(film.steps, cursor)
  if (decision === undefined) return <Blank title={t('noDecision')}>{t('noDecisionText')}</Blank>
  return (
    <Section title={t('decisionTitle', { name: decision.filter.name })} className={styles.decision}>
      <Verdict decision={decision} />
      <Button className={styles.openTable} onClick={() => openMicroscope()}>
        <Microscope size={14} />
        {t('microscope:open')}
      </Button>
      {decision.nodes.length <= columnsMost ? <SideBySide decision={decision} /> : <Lines decision={decision} />}
    </Section>
  )
}

function Verdict({
  decision: { feasible, total, winner, tie, preFilter, counts, nodes },
}: {
  decision: SchedulingDecision
}): ReactElement {
  const { t } = useTranslation('inspector')
  if (preFilter !== undefined) return <p>{preFilter}</p>
  if (feasible === 0)
    return (
      <p>
        {t('noneFits', { total })} {nodes.length > columnsMost && reasonsOf(counts)}
      </p>
    )
  const won = winner !== undefined && t(tie ? 'winsTie' : 'wins', { node: winner })
  return (
    <p>
      {t('fitCount', { feasible, total })}
      {won !== false && (
        <>
          {t('fitThen')}
          <b>{won}</b>
        </>
      )}
      {feasible === 1 && (
        <>
          {t('fitThen')}
          {t('oneFits')}
        </>
      )}
    </p>
  )
}

function reasonsOf(counts: SchedulingDecision['counts']): string {
  return counts.map(({ reason, nodes }) => `${nodes} ${reason}`).join(', ')
}

/** Nodes as columns, plug-ins as rows; plug-ins that give everybody the same share one line below. */
function SideBySide({ decision: { nodes, plugins, winner } }: { decision: SchedulingDecision }): ReactElement {
  const { t } = useTranslation('inspector')
  const scored = nodes.filter((n) => n.scores.size > 0)
  const differs = (plugin: string): boolean => new Set(scored.map((n) => n.scores.get(plugin))).size > 1
  const telling = plugins.filter((p) => differs(p.name))
  const equal = plugins.filter((p) => !differs(p.name))
  return (
    <>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>
              <span className="visually-hidden">{t('fits')}</span>
            </th>
            {nodes.map((n) => (
              <th key={n.node} scope="col" data-winner={n.node === winner || undefined}>
                {n.node}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">{t('fits')}</th>
            {nodes.map((n) => (
              <td key={n.node}>
                <Fit result={n} />
              </td>
            ))}
          </tr>
          {telling.map(({ name, weight }) => (
            <tr key={name}>
              <th scope="row">
                <Explain word={name} /> <small>{t('weight', { weight })}</small>
              </th>
              {nodes.map((n) => (
                <td key={n.node} className="figures">
                  {n.scores.get(name) ?? ''}
                </td>
              ))}
            </tr>
          ))}
          {scored.length > 0 && (
            <tr className={styles.totals}>
              <th scope="row">{t('total')}</th>
              {nodes.map((n) => (
                <td key={n.node} className="figures" data-winner={n.node === winner || undefined}>
                  {n.total ?? ''}
                </td>
              ))}
            </tr>
          )}
        </tbody>
      </table>
      {scored.length > 0 && equal.length > 0 && (
        <p className={styles.quiet}>
          {t('equalScores', {
            plugins: equal.map((p) => `${p.name} ${scored[0]!.scores.get(p.name) ?? 0}`).join(', '),
          })}
        </p>
      )}
    </>
  )
}

function Fit({ result: { fits, plugin, reasons } }: { result: NodeResult }): ReactElement {
  const { t } = useTranslation('inspector')
  if (fits) return <span className={styles.fits}>✓ {t('yes')}</span>
  return (
    <span className={styles.misfit} data-word={plugin}>
      ✕ {reasons.join(', ')}
    </span>
  )
}

function Lines({ decision: { nodes, winner } }: { decision: SchedulingDecision }): ReactElement {
  return (
    <ul className={styles.plain}>
      {nodes.map((n) => (
        <li key={n.node} data-winner={n.node === winner || undefined}>
          <code>{n.node}</code>
          <Fit result={n} />
          <small className="figures">{n.total ?? ''}</small>
        </li>
      ))}
    </ul>
  )
}
