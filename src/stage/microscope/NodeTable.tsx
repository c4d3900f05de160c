import { useVirtualizer } from '@tanstack/react-virtual'
import { Search, Trophy } from 'lucide-react'
import { useEffect, useId, useMemo, useRef, useState } from 'react'
import type { CSSProperties, KeyboardEvent, MouseEvent, ReactElement, RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { remPx, useSize } from '../shared/ui/useSize.ts'
import { LoadBars } from './LoadBars.tsx'
import type { Loads } from './loads.ts'
import styles from './microscope.module.css'
import { Passages } from './Passages.tsx'
import { PluginName } from './PluginName.tsx'
import { differs, wantedRows } from './table.ts'
import type { Column, NodeRow, Table, Wanted } from './table.ts'

interface NodeTableProps {
  table: Table
  loads: Loads
  selected: string
  onSelect: (node: string) => void
  /** What another attempt said, by node. */
  earlier: ReadonlyMap<string, NodeRow> | undefined
  earlierAttempt: number | undefined
}

/** With fewer nodes than this nobody needs to search. */
const searchFrom = 12
/** Below this width scores do not stand beside one another; they are read in the details of a node. */
const narrowBelow = 560
const rowPx = 46
/** Widths of a score, of what another attempt said, and of all the rest together. */
const scorePx = 72
const thenPx = 152
const fixedPx = 360
const narrowRowPx = 62

/** Nodes as rows, plugins as columns. One row is selected; the arrow keys move it. */
export function NodeTable({ table, loads, selected, onSelect, earlier, earlierAttempt }: NodeTableProps): ReactElement {
  const { t } = useTranslation('microscope')
  const [wanted, setWanted] = useState<Wanted>({ show: 'all' })
  const [search, setSearch] = useState('')
  const scroller = useRef<HTMLDivElement>(null)
  const { width } = useSize(scroller)
  const narrow = width > 0 && width < narrowBelow
  const rows = useMemo(() => wantedRows(table.rows, wanted, search, earlier), [table, wanted, search, earlier])
  // Plugins that give all nodes the same are told in a line below where there is no room for them.
  const roomy = width >= fixedPx + table.columns.length * scorePx + (earlier === undefined ? 0 : thenPx)
  const columns = useMemo(() => (narrow ? [] : table.columns.filter(({ same }) => roomy || !same)), [narrow, roomy, table])
  const shared = table.columns.filter((column) => !columns.includes(column))
  const sample = table.rows[0]
  return (
    <div className={styles.tablePane}>
      <Tools table={table} wanted={wanted} onWant={setWanted} search={search} onSearch={setSearch} compared={earlier !== undefined} />
      <div ref={scroller} className={styles.scroller}>
        <Rows
          rows={rows}
          all={table.rows.length}
          columns={columns}
          filters={table.filters}
          totals={table.columns.length > 0}
          narrow={narrow}
          loads={loads}
          selected={selected}
          onSelect={onSelect}
          earlier={earlier}
          earlierAttempt={earlierAttempt}
          scroller={scroller}
        />
        {rows.length === 0 && <p className={styles.noRows}>{t('noRows')}</p>}
      </div>
      {!narrow && shared.length > 0 && sample !== undefined && (
        <p className={styles.shared}>
          {t('sameForAll')}{' '}
          {shared.map(({ name, weight }) => `${name} ${(sample.scores[name]?.normalized ?? 0) * weight}`).join(', ')}
        </p>
      )}
    </div>
  )
}

interface ToolsProps {
  table: Table
  wanted: Wanted
  onWant: (wanted: Wanted) => void
  search: string
  onSearch: (text: string) => void
  compared: boolean
}

/** Which rows are wanted: all, those that fit, those refused for one reason, those that have changed. */
function Tools({ table, wanted, onWant, search, onSearch, compared }: ToolsProps): ReactElement {
  const { t } = useTranslation('microscope')
  const chip = (label: string, count: number | undefined, value: Wanted): ReactElement => {
    const on = value.show === wanted.show && (value.show !== 'reason' || (wanted.show === 'reason' && wanted.reason === value.reason))
    return (
      <button key={label} type="button" className={styles.chip} aria-pressed={on} onClick={() => onWant(on ? { show: 'all' } : value)}>
        {count !== undefined && <b className="figures">{count}</b>} {label}
      </button>
    )
  }
  const groups = (table.fitting > 0 ? 1 : 0) + table.reasons.length
  if (groups < 2 && table.rows.length < searchFrom && !compared) return <></>
  return (
    <div className={styles.tools}>
      <div role="group" aria-label={t('show')} className={styles.chips}>
        {table.fitting > 0 && chip(t('fit', { count: table.fitting }), table.fitting, { show: 'fitting' })}
        {table.reasons.map(({ reason, nodes }) => chip(reason, nodes, { show: 'reason', reason }))}
        {compared && chip(t('changed'), undefined, { show: 'changed' })}
      </div>
      {table.rows.length >= searchFrom && (
        <label className={styles.search}>
          <Search size={13} aria-hidden="true" />
          <input type="search" value={search} placeholder={t('search')} aria-label={t('search')} onChange={(event) => onSearch(event.target.value)} />
        </label>
      )}
    </div>
  )
}

interface RowsProps {
  rows: readonly NodeRow[]
  /** How many there are in all. */
  all: number
  columns: readonly Column[]
  filters: readonly string[]
  totals: boolean
  narrow: boolean
  loads: Loads
  selected: string
  onSelect: (node: string) => void
  earlier: ReadonlyMap<string, NodeRow> | undefined
  earlierAttempt: number | undefined
  scroller: RefObject<HTMLDivElement | null>
}

function Rows(props: RowsProps): ReactElement {
  const { rows, columns, narrow, selected, onSelect, earlier, scroller } = props
  const { t } = useTranslation('microscope')
  const id = useId()
  const scale = remPx() / 16
  const height = scale * (narrow ? narrowRowPx : rowPx)
  const headPx = narrow ? 0 : scale * (columns.length > 0 ? tallHeadPx : lowHeadPx)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 8,
    paddingStart: headPx,
    scrollPaddingStart: headPx,
    initialRect: { width: 700, height: 600 },
  })
  useEffect(() => virtual.measure(), [virtual, height, headPx])
  const at = rows.findIndex(({ node }) => node === selected)
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextRow(event, at, rows.length)
    if (next === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onSelect(rows[next]!.node)
    virtual.scrollToIndex(next)
  }
  const onClick = ({ target }: MouseEvent): void => {
    const row = (target as Element).closest<HTMLElement>('[data-node]')
    if (row !== null) onSelect(row.dataset['node']!)
  }
  const rowId = (index: number): string => `${id}-${index}`
  return (
    <div
      role="grid"
      tabIndex={0}
      aria-label={t('tableLabel')}
      aria-rowcount={rows.length + (narrow ? 0 : 1)}
      aria-activedescendant={at >= 0 ? rowId(at) : undefined}
      className={styles.grid}
      data-narrow={narrow || undefined}
      style={{ height: virtual.getTotalSize(), '--columns': narrow ? 'none' : gridColumns(props.filters.length, columns.length, earlier !== undefined) } as CSSProperties}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      {!narrow && <HeadRow {...props} height={headPx} />}
      {virtual.getVirtualItems().map((item) => {
        const row = rows[item.index]!
        return (
          <Row
            key={row.node}
            {...props}
            id={rowId(item.index)}
            index={item.index}
            row={row}
            style={{ transform: `translateY(${item.start}px)`, height }}
          />
        )
      })}
    </div>
  )
}

/** Names of plugins need more than one line. */
const tallHeadPx = 44
const lowHeadPx = 30

/** Name, filters, scores, sum, and what was there before. Without scores the reasons have their room. */
function gridColumns(filters: number, scores: number, compared: boolean): string {
  const score = `minmax(${scorePx - 12}px, 1fr)`
  const columns = scores === 0 ? ['minmax(0, 2fr)'] : [...Array.from({ length: scores }, () => score), 'minmax(3.5rem, 0.6fr)']
  return ['minmax(8.5rem, 1.2fr)', `${Math.max(72, filters * 11)}px`, ...columns, ...(compared ? [`${thenPx - 12}px`] : [])].join(' ')
}

function nextRow({ key, altKey, ctrlKey, metaKey, shiftKey }: KeyboardEvent, at: number, count: number): number | undefined {
  if (count === 0 || altKey || ctrlKey || metaKey || shiftKey) return undefined
  const moved = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + 10, PageUp: at - 10, Home: 0, End: count - 1 }[key]
  return moved === undefined ? undefined : Math.max(0, Math.min(count - 1, moved))
}

function HeadRow({ columns, filters, totals, earlier, earlierAttempt, height }: RowsProps & { height: number }): ReactElement {
  const { t } = useTranslation('microscope')
  return (
    <div role="row" className={styles.headRow} aria-rowindex={1} style={{ height }}>
      <span role="columnheader">{t('node')}</span>
      <span role="columnheader" title={filters.join('\n')}>{t('filters', { count: filters.length })}</span>
      {columns.map(({ name, weight }) => (
        <span key={name} role="columnheader" className={styles.number} data-word={name} data-word-title={t('columnTitle', { name, weight })}>
          <span className={styles.pluginName}><PluginName name={name} /></span>
          {weight !== 1 && <small>×{weight}</small>}
        </span>
      ))}
      <span role="columnheader" className={totals ? styles.number : undefined}>{t(totals ? 'sum' : 'result')}</span>
      {earlier !== undefined && <span role="columnheader" className={styles.number}>{t('attempt', { n: earlierAttempt ?? 0 })}</span>}
    </div>
  )
}

interface RowProps extends RowsProps {
  id: string
  index: number
  row: NodeRow
  style: CSSProperties
}

function Row({ id, index, row, style, columns, filters, totals, narrow, loads, selected, earlier }: RowProps): ReactElement {
  const { t } = useTranslation('microscope')
  const load = loads.of(row.node)
  const then = earlier?.get(row.node)
  const changed = earlier !== undefined && differs(row, then)
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + (narrow ? 1 : 2)}
      aria-selected={row.node === selected}
      className={styles.row}
      data-winner={row.winner || undefined}
      data-refused={row.refused !== undefined || undefined}
      data-node={row.node}
      style={style}
    >
      <span role="rowheader" className={styles.nodeCell}>
        <span className={styles.nodeName}>
          {row.winner && <Trophy size={12} aria-label={t('winner')} />}
          {row.node}
        </span>
        {load !== undefined && <LoadBars load={load} />}
      </span>
      <span role="gridcell" className={styles.marksCell}>
        <Passages filters={filters} row={row} />
      </span>
      {row.refused === undefined ? (
        columns.map((column) => <ScoreCell key={column.name} column={column} row={row} />)
      ) : (
        <span role="gridcell" className={styles.reason} style={narrow ? { marginLeft: filters.length * 11 + 12 } : { gridColumn: `3 / span ${columns.length + 1}` }} title={row.refused.reasons.join(', ')}>
          <b data-word={row.refused.plugin}>{row.refused.plugin}</b> <span>{row.refused.reasons.join(', ')}</span>
        </span>
      )}
      {row.refused === undefined && (
        <span role="gridcell" className={totals ? styles.sum : undefined}>{totals ? row.total : t('fits')}</span>
      )}
      {earlier !== undefined && (
        <span role="gridcell" className={styles.then} data-changed={changed || undefined}>
          {then === undefined ? t('notLookedAt') : then.refused !== undefined ? `✕ ${then.refused.plugin}` : (then.total ?? t('fits'))}
        </span>
      )}
    </div>
  )
}

/** Weighted, as it goes into the sum; below it what the plugin gave and what became of it. */
function ScoreCell({ column: { name, weight }, row }: { column: Column; row: NodeRow }): ReactElement {
  const { t } = useTranslation('microscope')
  const score = row.scores[name]!
  const words = t('scoreWords', { raw: score.raw, normalized: score.normalized, weight, weighted: score.normalized * weight })
  return (
    <span role="gridcell" className={styles.number} title={`${name}\n${words}`} aria-label={`${name}: ${words}`}>
      <b>{score.normalized * weight}</b>
      <small>
        {score.raw === score.normalized ? score.raw : `${score.raw} → ${score.normalized}`}
      </small>
    </span>
  )
}
