import { describe, expect, it } from 'vitest'
import { replay } from '../engine/index.ts'
import '../kubectl/index.ts'
import { Host } from '../worker/host.ts'
import type { EngineFailure, EngineHost, Scenario } from '../worker/protocol.ts'
import { FilmCrew, waitingSliceMs } from './crew.ts'
import { Film } from './film.ts'
import { scriptEndMs } from './script-end.ts'

const text = { en: '', zh: '' }
const scenario: Scenario = {
  apiVersion: 'podreel.dev/v1',
  kind: 'Scenario',
  metadata: { name: 'two-inputs' },
  spec: {
    title: text,
    summary: text,
    cluster: { nodes: 2, seed: 3 },
    script: [
      { at: 0, kubectl: 'create deployment web --image=nginx --replicas=8' },
      { when: 'deployment/web Available', kubectl: 'delete deployment web' },
    ],
  },
}

/** A crew at an engine whose clock says at every look that 4 ms are gone, so that slices are short and always the same. */
async function crewOf(onGrew: (crew: FilmCrew, film: Film) => void = () => {}) {
  let clock = 0
  const host: EngineHost = new Host(() => (clock += 4))
  const film = new Film(scenario, await host.load(scenario))
  const asked: number[] = []
  const failures: EngineFailure[] = []
  const advance = host.advance.bind(host)
  host.advance = (limit) => {
    asked.push(film.steps.length)
    return advance(limit)
  }
  const crew: FilmCrew = new FilmCrew(host, {
    grew: () => onGrew(crew, film),
    failed: (failure) => failures.push(failure),
  })
  crew.take(film)
  return { host, film, crew, asked, failures }
}

const whole = replay(scenario)

describe('the crew', () => {
  it('has a film made up to a moment before it is there, and takes that in first', async () => {
    const host: EngineHost = new Host(() => 0)
    const done: string[] = []
    const [load, advance] = [host.load.bind(host), host.advance.bind(host)]
    host.load = (s) => (done.push('load'), load(s).finally(() => done.push('loaded')))
    host.advance = (limit) => (done.push('advance'), advance(limit))
    const crew = new FilmCrew(host, { grew: () => {}, failed: () => {} })
    const film = await crew.open(scenario, 1000)
    expect(done[1]).toBe('advance')
    expect(done.at(-1)).toBe('loaded')
    const asked = done.length
    crew.take(film)
    await crew.until((f) => f.now >= f.opening.startMs + 1000, scriptEndMs)
    expect(done).toHaveLength(asked)
    expect(film.steps).toEqual(whole.trace.filter((step) => step.at <= film.opening.startMs + 1000))
    await crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs)
    expect(film.steps).toEqual(whole.trace.slice(0, film.steps.length))
  })

  it('takes nothing in of a film that was given up before it was there', async () => {
    const host: EngineHost = new Host(() => 0)
    const crew = new FilmCrew(host, { grew: () => {}, failed: () => {} })
    const given = crew.open(scenario, 1000)
    const film = await crew.open({ ...scenario, spec: { ...scenario.spec, script: [] } }, 1000)
    await given
    crew.take(film)
    await crew.until((f) => f.now >= f.opening.startMs + 2000, scriptEndMs)
    expect(film.inputs).toHaveLength(0)
  })

  it('asks for nothing more of a film while another one is opened, and goes on with it when none comes', async () => {
    const { host, film, crew, asked } = await crewOf()
    const opened = crew.open(scenario)
    const wanted = crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs)
    const other = await opened
    expect(asked).toEqual([])
    crew.take(other)
    await wanted
    expect(film.steps).toEqual([])
    await crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs)
    expect(other.steps).toEqual(whole.trace.slice(0, other.steps.length))
    host.load = () => Promise.reject(new Error('a bad scenario'))
    const endMs = other.now + 5000
    const failed = crew.open(scenario)
    const further = crew.until(() => false, () => endMs)
    await expect(failed).rejects.toThrow('a bad scenario')
    await further
    expect(other.now).toBe(endMs)
  })

  it('asks for the next slice before the last has come, and makes the same film', async () => {
    const { film, crew, asked } = await crewOf()
    await crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs)
    const { trace } = whole
    expect(film.steps).toEqual(trace.slice(0, film.steps.length))
    expect(asked.slice(0, 2)).toEqual([0, 0])
  })

  it('goes no further than to the end, though it is known only with the last input', async () => {
    const { film, crew } = await crewOf()
    await crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs)
    await settled(crew)
    expect(film.inputs).toHaveLength(2)
    expect(film.now).toBe(scriptEndMs(film))
  })

  it('makes fewer pieces of a film for who only waits', async () => {
    const [watched, waited] = [await crewOf(), await crewOf()]
    await watched.crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs)
    await waited.crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs, waitingSliceMs)
    expect(waited.asked.length).toBeLessThan(watched.asked.length / 2)
    expect(waited.film.steps).toEqual(watched.film.steps)
  })

  it('that is stopped in the middle takes in what was under way, and nothing more; it goes on from there', async () => {
    let stops = 1
    const { film, crew, asked } = await crewOf((c, f) => {
      if (f.steps.length > 150 && stops-- > 0) c.stop()
    })
    const wanted = () => crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs)
    await wanted()
    const stoppedAt = film.steps.length
    const askedFor = asked.length
    await settled(crew)
    expect(stoppedAt).toBeLessThan(whole.trace.length / 2)
    expect(asked).toHaveLength(askedFor)
    expect(film.steps.length).toBeGreaterThan(stoppedAt)
    await wanted()
    expect(film.now).toBe(scriptEndMs(film))
    expect(film.steps).toEqual(whole.trace.slice(0, film.steps.length))
  })

  it('that is stopped for something that is done meanwhile makes the film on from there', async () => {
    const { film, crew, host } = await crewOf()
    const first = crew.until((f) => f.steps.length > 150, scriptEndMs)
    await first
    crew.stop()
    const fork = await host.act({ kubectl: 'delete deployment web' }, 100)
    film.cut(fork)
    film.append(fork.batch)
    await crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs)
    const again = replay(await host.scenario())
    expect(film.steps).toEqual(again.trace.slice(0, film.steps.length))
    expect(film.inputs).toHaveLength(2)
  })

  it('ends with a failure, and takes in nothing that was made behind it', async () => {
    const { film, crew, host, failures } = await crewOf()
    const advance = host.advance
    let slices = 0
    host.advance = (limit) => (++slices < 4 ? advance(limit) : Promise.reject<never>({ message: 'broken', seed: 3, step: 7 } satisfies EngineFailure))
    await crew.until((f) => f.now >= scriptEndMs(f), scriptEndMs)
    const made = film.steps.length
    await settled(crew)
    expect(failures).not.toHaveLength(0)
    expect(new Set(failures.map(({ message }) => message))).toEqual(new Set(['broken']))
    expect(film.steps).toHaveLength(made)
    expect(crew.filming).toBe(false)
  })
})

async function settled(crew: FilmCrew): Promise<void> {
  while (crew.filming) await Promise.resolve()
}
