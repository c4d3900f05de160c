import { Check, Link } from 'lucide-react'
import { useEffect, useMemo, useState } from 'react'
import type { ReactElement } from 'react'
import { useTranslation } from 'react-i18next'
import type { Film } from '../../playback/film.ts'
import { firstDifference } from '../../playback/futures.ts'
import { usePlayback } from '../../playback/hooks.ts'
import { findScenario } from '../../scenarios/catalogue.ts'
import { topics } from '../../scenarios/contents.ts'
import type { Scenario } from '../../worker/protocol.ts'
import { Blank, Loading } from '../shared/ui/Blank.tsx'
import { Button } from '../shared/ui/Button.tsx'
import { copyText } from '../shared/ui/clipboard.ts'
import { chooseFile } from '../shared/ui/chooseFile.ts'
import { openScenario } from '../shared/film/openScenario.ts'
import { useText } from '../shared/words/text.ts'
import styles from './Compare.module.css'
import { compared } from './compared.ts'
import { filmsChanges } from './filmsChanges.ts'
import { Objects } from './Moments.tsx'
import { TwoFilms } from './Strips.tsx'

/** The value of the choice that stands for the film on stage, and of the one that opens a file. */
const onStage = ''
const fromFile = ' file'

/** Two scenarios, or the film on stage and another one: their timelines, the first difference, and what each leaves behind. */
export function Scenarios({ film, linkWith }: { film: Film; linkWith: (scenario: string) => Promise<string> }): ReactElement {
  const { t } = useTranslation('compare')
  const text = useText()
  const [left, setLeft] = useState<Choice>({ name: onStage })
  const [right, setRight] = useState<Choice>({ name: compared.getState().with ?? suggestion(film) })
  const [first, second] = [useFilmOf(left, film), useFilmOf(right, film)]
  const nameOf = (choice: Choice): string => (choice.name === onStage ? t('onStage') : text(scenarioOf(choice)?.spec.title ?? film.scenario.spec.title))
  return (
    <>
      <div className={styles.moments}>
        <Pick label={t('first')} value={left} onChange={setLeft} />
        <Pick label={t('second')} value={right} onChange={setRight} />
      </div>
      <Pair
        left={{ film: first, name: nameOf(left) }}
        right={{ film: second, name: nameOf(right), scenario: scenarioOf(right) }}
        link={left.name === onStage && right.scenario === undefined && right.name !== onStage ? () => linkWith(right.name) : undefined}
      />
    </>
  )
}

/** A scenario of the catalogue, one of a file, or the film on stage. */
interface Choice {
  name: string
  scenario?: Scenario
}

const scenarioOf = ({ name, scenario }: Choice): Scenario | undefined => scenario ?? findScenario(name)

/** The one beside it on its shelf. */
function suggestion(film: Film): string {
  const { name } = film.scenario.metadata
  const shelf = topics.find(({ scenarios }) => scenarios.includes(name))?.scenarios ?? topics[0]!.scenarios
  const at = shelf.indexOf(name)
  return shelf[at + 1] ?? shelf[at - 1] ?? topics[1]!.scenarios[0]!
}

function Pick({ label, value, onChange }: { label: string; value: Choice; onChange: (choice: Choice) => void }): ReactElement {
  const { t } = useTranslation('compare')
  const playback = usePlayback()
  const text = useText()
  const openFile = async (): Promise<void> => {
    const words = await chooseFile('.yaml,.yml,.json')
    if (words === undefined) return
    try {
      const { parseScenario } = await import('../../scenarios/parse.ts')
      onChange({ name: fromFile, scenario: parseScenario(words) })
    } catch (error) {
      playback.complain(error instanceof Error ? error.message : String(error))
    }
  }
  return (
    <label>
      {label}{' '}
      <select value={value.name} onChange={({ target }) => (target.value === fromFile ? void openFile() : onChange({ name: target.value }))}>
        <option value={onStage}>{t('onStage')}</option>
        <option value={fromFile}>{value.scenario === undefined ? t('file') : text(value.scenario.spec.title)}</option>
        {topics.map(({ id, title, scenarios }) => (
          <optgroup key={id} label={text(title)}>
            {scenarios.map((name) => (
              <option key={name} value={name}>
                {text(findScenario(name)!.spec.title)}
              </option>
            ))}
          </optgroup>
        ))}
      </select>
    </label>
  )
}

/** The film on stage is there; another one is made, on an engine of its own. */
function useFilmOf(choice: Choice, present: Film): Film | Error | undefined {
  const playback = usePlayback()
  const [made, setMade] = useState<{ of: Choice; film: Film | Error }>()
  useEffect(() => {
    const scenario = choice.name === onStage ? undefined : scenarioOf(choice)
    if (scenario === undefined) return
    let wanted = true
    const take = (film: Film | Error | undefined): void => {
      if (wanted && film !== undefined) setMade({ of: choice, film })
    }
    playback.apart.film(scenario, () => wanted).then(take, (error: unknown) => take(error instanceof Error ? error : new Error(String(error))))
    return () => {
      wanted = false
    }
  }, [playback, choice])
  if (choice.name === onStage) return present
  return made?.of === choice ? made.film : undefined
}

interface Half {
  film: Film | Error | undefined
  name: string
}

function Pair({ left, right, link }: { left: Half; right: Half & { scenario: Scenario | undefined }; link: (() => Promise<string>) | undefined }): ReactElement {
  const { t } = useTranslation('compare')
  const playback = usePlayback()
  const failed = [left.film, right.film].find((film) => film instanceof Error)
  const [a, b] = [left.film, right.film]
  const difference = useMemo(() => (a === undefined || b === undefined || a instanceof Error || b instanceof Error ? undefined : firstDifference(a, b)), [a, b])
  const changes = useMemo(() => (a === undefined || b === undefined || a instanceof Error || b instanceof Error ? [] : filmsChanges(a, b)), [a, b])
  if (failed !== undefined) return <Blank title={t('failed', { message: failed.message })} />
  if (a === undefined || b === undefined || a instanceof Error || b instanceof Error)
    return (
      <>
        <Loading />
        <p className={styles.note}>{t('filmingScenario')}</p>
      </>
    )
  const { scenario } = right
  return (
    <>
      <TwoFilms
        left={{ film: a, name: left.name }}
        right={{
          film: b,
          name: right.name,
          action: (
            <span className={styles.actions}>
              {link !== undefined && <CopyLink key={right.name} link={link} />}
              {scenario !== undefined && <Button onClick={() => openScenario(playback, scenario)}>{t('watch')}</Button>}
            </span>
          ),
        }}
        difference={difference}
      />
      <h3>{t('atEnd')}</h3>
      {changes.length === 0 ? <p className={styles.note}>{t('endsAlike')}</p> : <Objects changes={changes} sides={{ left: left.name, right: right.name }} />}
    </>
  )
}

function CopyLink({ link }: { link: () => Promise<string> }): ReactElement {
  const { t } = useTranslation('compare')
  const [copied, setCopied] = useState(false)
  const copy = async (): Promise<void> => {
    setCopied(await copyText(await link()))
  }
  return (
    <Button onClick={() => void copy()}>
      {copied ? <Check size={14} aria-hidden="true" /> : <Link size={14} aria-hidden="true" />} {copied ? t('copied') : t('copyLink')}
    </Button>
  )
}
