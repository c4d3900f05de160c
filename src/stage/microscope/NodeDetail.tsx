import { GitFork } from 'lucide-react'
import { useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { useAct } from '../../playback/hooks.ts'
import type { Attempt, NodeVerdict, Proposal } from '../../worker/protocol.ts'
import { amountOf } from '../shared/objects/amount.ts'
import { Loading } from '../shared/ui/Blank.tsx'
import { Button } from '../shared/ui/Button.tsx'
import type { Load } from '../shared/objects/load.ts'
import styles from './microscope.module.css'
import { PluginName } from './PluginName.tsx'
import { passages } from './table.ts'
import type { NodeRow, Table } from './table.ts'
import { useVerdict } from './useAnswers.ts'
import { wordsOf } from './words.ts'
import { Explain } from '../shared/words/Glossary.tsx'

interface NodeDetailProps {
  film: Film
  attempt: Attempt
  filter: number
  table: Table
  row: NodeRow
  load: Load | undefined
}

/** One node of the table at length: how its sum came about, or what stands in the way and what would help. */
export function NodeDetail({ film, attempt, filter, table, row, load }: NodeDetailProps): ReactElement {
  const { t } = useTranslation('microscope')
  return (
    <section className={styles.detail} aria-label={t('detail', { node: row.node })}>
      <h3>{row.node}</h3>
      {row.refused === undefined ? <Scores attempt={attempt} row={row} /> : <Obstacles film={film} filter={filter} row={row} />}
      {load !== undefined && <Capacity load={load} />}
      <Filters table={table} row={row} />
    </section>
  )
}

const resources = ['cpu', 'memory', 'pods'] as const

/** What was asked of the node against what it can give, before this pod. */
function Capacity({ load }: { load: Load }): ReactElement {
  const { t } = useTranslation('microscope')
  return (
    <dl className={styles.capacity} aria-label={t('capacity')}>
      {resources.map((resource) => {
        const { used, of } = load[resource]
        const full = of === 0 ? 0 : Math.min(1, used / of)
        return (
          <div key={resource}>
            <dt>{t(resource)}</dt>
            <dd>
              <span className={styles.track}>
                <span className={styles.fill} data-full={full > 0.85 || undefined} style={{ width: `${full * 100}%` }} />
              </span>
              <span className="figures">
                {amountOf(resource, used)}
                <i>/{amountOf(resource, of)}</i>
              </span>
            </dd>
          </div>
        )
      })}
    </dl>
  )
}

/** The sum, line by line. */
function Scores({ attempt, row }: { attempt: Attempt; row: NodeRow }): ReactElement {
  const { t } = useTranslation('microscope')
  if (row.total === undefined) return <p className={styles.quiet}>{t(row.winner ? 'nothingToScore' : 'noScores')}</p>
  return (
    <table className={styles.scores}>
      <caption className="visually-hidden">{t('scoresOf', { node: row.node })}</caption>
      <thead>
        <tr>
          <th scope="col">{t('plugin')}</th>
          <th scope="col">{t('raw')}</th>
          <th scope="col">{t('normalized')}</th>
          <th scope="col">{t('weight')}</th>
          <th scope="col">{t('points')}</th>
        </tr>
      </thead>
      <tbody>
        {attempt.plugins.map(({ name, weight }) => {
          const { raw = 0, normalized = 0 } = row.scores[name] ?? {}
          return (
            <tr key={name}>
              <th scope="row">
                <Explain word={name}>
                  <PluginName name={name} />
                </Explain>
              </th>
              <td>{raw}</td>
              <td>{normalized}</td>
              <td>×{weight}</td>
              <td>{normalized * weight}</td>
            </tr>
          )
        })}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row" colSpan={4}>{t('sum')}</th>
          <td>{row.total}</td>
        </tr>
      </tfoot>
    </table>
  )
}

/** Everybody who refuses the node, and what would make each of them accept it. */
function Obstacles({ film, filter, row }: { film: Film; filter: number; row: NodeRow }): ReactElement {
  const { t } = useTranslation('microscope')
  const verdict = useVerdict(film, filter, row.node)
  if (verdict === undefined) return <Loading />
  const obstacles = verdict.obstacles.length > 0 ? verdict.obstacles : [{ plugin: row.refused!.plugin, reasons: row.refused!.reasons, proposals: [] }]
  return (
    <div className={styles.obstacles}>
      <h4>{t('whatWouldHelp')}</h4>
      {obstacles.length > 1 && <p className={styles.quiet}>{t('allOfThem', { count: obstacles.length })}</p>}
      {obstacles.map((obstacle) => (
        <Obstacle key={obstacle.plugin} obstacle={obstacle} />
      ))}
    </div>
  )
}

function Obstacle({ obstacle: { plugin, reasons, proposals } }: { obstacle: NodeVerdict['obstacles'][number] }): ReactElement {
  const { t } = useTranslation('microscope')
  return (
    <div className={styles.obstacle}>
      <p>
        <span className={styles.cross} aria-hidden="true" />
        <b>
          <Explain word={plugin} />
        </b>{' '}
        <span>{reasons.join(', ')}</span>
      </p>
      {proposals.length === 0 && <p className={styles.quiet}>{t('noProposal')}</p>}
      <ul>
        {proposals.map((proposal) => (
          <ProposalLine key={`${proposal.change.type}${JSON.stringify(proposal.change.patch)}`} proposal={proposal} />
        ))}
      </ul>
    </div>
  )
}

/** Tried in a fork of the film: what comes of it is seen at once. */
function ProposalLine({ proposal: { change, input } }: { proposal: Proposal }): ReactElement {
  const { t } = useTranslation('microscope')
  const act = useAct()
  const [trying, setTrying] = useState(false)
  const words = wordsOf(t, change)
  const tryIt = (): void => {
    if (input === undefined) return
    setTrying(true)
    void act(input).finally(() => setTrying(false))
  }
  return (
    <li>
      <span>{words}</span>
      {input !== undefined && (
        <Button look="plain" className={styles.tryIt} disabled={trying} title={`kubectl ${input.kubectl}`} aria-label={`${t('tryIt')}: ${words}`} onClick={tryIt}>
          <GitFork size={13} />
          {t('tryIt')}
        </Button>
      )}
    </li>
  )
}

/** Every filter by name. */
function Filters({ table, row }: { table: Table; row: NodeRow }): ReactElement {
  const { t } = useTranslation('microscope')
  const states = passages(table.filters, row)
  return (
    <div className={styles.filterList}>
      <h4>{t('filterTitle')}</h4>
      <ul>
        {table.filters.map((name, i) => (
          <li key={name} data-state={states[i]}>
            <span className={styles.mark} data-state={states[i]} aria-hidden="true" />
            <Explain word={name} />
            <span className="visually-hidden">{t(`passage.${states[i]!}`)}</span>
          </li>
        ))}
      </ul>
      {table.silent.length > 0 && <p className={styles.quiet}>{t('silent', { plugins: table.silent.join(', ') })}</p>}
    </div>
  )
}
