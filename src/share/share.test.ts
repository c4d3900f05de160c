import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { replay } from '../engine/index.ts'
import { hash32 } from '../engine/kernel/random.ts'
import type { Input, Scenario } from '../engine/scenario.ts'
import '../kubectl/index.ts'
import { catalogue, findScenario } from '../scenarios/catalogue.ts'
import { fromBase64Url, packP1, toBase64Url } from './codec-p1.ts'
import { dictionaryP1 } from './dictionary-p1.ts'
import { decode, encode, ShareLinkError, type Settings, type SharedState } from './index.ts'
import { payloadsOf, scenarioOf } from './payload.ts'

const first = findScenario('first-pod')!

const faultOf = (link: string): string => {
  try {
    decode(link)
  } catch (error) {
    if (error instanceof ShareLinkError) return error.fault
    throw error
  }
  return 'none'
}

/** As the engine records it: a place in the film instead of a condition. */
function performed({ when: _when, after: _after, ...input }: Input, i: number): Input {
  return { ...input, at: input.at ?? 5_000 + i * 1_709, step: i * 41, task: i * 97 }
}

/** A film of the first pod in which a person typed twenty commands and changed a file. */
function edited(): Scenario {
  const lines = [
    'get pods',
    'get pods -o wide',
    'describe pod test-nginx-pod',
    'delete pod test-nginx-pod',
    'apply -f second.yaml',
    'get events',
    'logs test-nginx-pod',
    'get pods -w',
    'label pod second app=web',
    'get pods --show-labels',
    'get nodes',
    'describe node node1',
    'delete pod second --grace-period=5',
    'apply -f second.yaml',
    'get pods',
    'get pod second -o yaml',
    'exec second -- ls /',
    'logs -f second',
    'delete pod second --force --grace-period=0',
    'get pods',
  ]
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata:\n  name: second\nspec:\n  containers:\n  - name: app\n    image: busybox:1.36\n    command: ["sleep", "600"]\n'
  const typed = lines.map((kubectl, i): Input => ({
    kubectl,
    at: 4_000 + i * 2_311,
    step: 200 + i * 53,
    task: 400 + i * 117,
    ...(i === 4 ? { files: { 'second.yaml': pod } } : {}),
  }))
  const played = first.spec.script.slice(0, 2).map((input, i) => performed(input, i))
  return { ...first, spec: { ...first.spec, script: [...played, ...typed] } }
}

describe('a link restores', () => {
  test.each(catalogue.map((s) => [s.metadata.name, s] as const))('%s by its name', (_, scenario) => {
    const link = encode({ scenario, step: 37, t: 12_400, view: ['cluster', 'terminate'], lang: 'zh' })
    expect(link.length).toBeLessThanOrEqual(100)
    expect(decode(link)).toEqual({ scenario, step: 37, t: 12_400, view: ['cluster', 'terminate'], lang: 'zh' })
  })

  test('a built-in scenario that was only played, by its name', () => {
    const script = first.spec.script.map((input, i) => (i < 4 ? performed(input, i) : input))
    const link = encode({ scenario: { ...first, spec: { ...first.spec, script } } })
    expect(link).toBe(encode({ scenario: first }))
  })

  test('an edited one by what differs, in few characters', () => {
    const scenario = edited()
    const link = encode({ scenario, step: 1_234 })
    expect(link.length).toBeLessThanOrEqual(400)
    expect(decode(link)).toEqual({ scenario, step: 1_234 })
  })

  test('changed, new and removed files, and other keys of the spec', () => {
    const { 'nginx-pod.yaml': pod, ...others } = first.spec.files!
    const { chapters: _, ...spec } = first.spec
    const scenario: Scenario = {
      ...first,
      spec: {
        ...spec,
        files: { ...others, 'other.yaml': `${pod}# more\n` },
        cluster: { nodes: 5, seed: 9 },
        end: 99_000,
      },
    }
    expect(decode(encode({ scenario }))).toEqual({ scenario })
  })

  test("a scenario of one's own, whole", () => {
    const scenario = { ...edited(), metadata: { name: 'mine' } }
    expect(decode(encode({ scenario }))).toEqual({ scenario })
  })

  test('every setting, readably', () => {
    const state: SharedState = {
      scenario: first,
      step: 0,
      t: 65_250,
      view: ['create'],
      panels: [],
      select: 'pod/default/test-nginx-pod',
      marks: [12, 57],
      lang: 'en',
      theme: 'dark',
      embed: true,
      controls: 'min',
      autoplay: false,
      origin: 'https://slides.example:8443',
    }
    const link = encode(state)
    expect(link).toMatch(
      /^#p1:[\w-]+&t=1m5\.25s&step=0&view=create&panels=&select=pod\/default\/test-nginx-pod&marks=12,57&lang=en&theme=dark&embed=1&controls=min&autoplay=0&origin=https%3A\/\/slides\.example%3A8443$/,
    )
    expect(decode(link)).toEqual(state)
  })

  test('from a whole address too, and settings in any order or none', () => {
    const link = encode({ scenario: first })
    expect(decode(`https://podreel.example/play/${link}`)).toEqual({ scenario: first })
    expect(decode(`${link}&lang=zh&step=5&unknown=1&t=soon&step=x`)).toEqual({ scenario: first, lang: 'zh' })
  })
})

interface Published {
  link: string
  /** The film that it opens, and how much is done in it. */
  name: string
  inputs: number
  settings?: Settings
}

/** Links that once were made, of every kind. They open for ever: add to this list, never change it. */
const published: Record<string, Published> = {
  'a built-in film': {
    link: '#p1:wyYGAA&t=12.4s&step=37&view=terminate&lang=zh&embed=1',
    name: 'first-pod',
    inputs: 6,
    settings: { t: 12_400, step: 37, view: ['terminate'], lang: 'zh', embed: true },
  },
  'the first of its codec': { link: '#p1:Q1gK3GkFDMHkTFCQg0bIagE', name: 'insufficient-cpu', inputs: 5 },
  "a film of one's own": {
    link: '#p1:o3pRAuxhgQp0HAWFL0gWVkh0THw-qwVbCeGfBy6k9WAqn-xoeLJjFSiPP25oIlBsmFOl2AD5AvusDUSG1BKFtAkTzCkw5Bk5HMs6cKyzAJkPWjEDNhg8GwhZWgEyjYyyDVh8IA11gQIDaRAMZbgLR0UHVQOc-AWVPiQNx4NGtQE&t=3.5s&step=20&view=cluster,create',
    name: 'mine',
    inputs: 3,
    settings: { t: 3_500, step: 20, view: ['cluster', 'create'] },
  },
  'one with commands': {
    link: '#p1:wyIGT5yG2UlpRpXgcS5oGkVOT2AITFMmoHRkaGSgA1xGrINZzQJVACf5QLJgRchlMHjOFJ7aMWucWOAwJgA&step=155',
    name: 'first-pod',
    inputs: 3,
    settings: { step: 155 },
  },
  'actions of every sort': {
    link: '#p1:lZrBDoIwDIZfxXhu1DqngYNvoydOZiY8vt8_WbMELoQbox0b30rzt3GvfQJqOmykVL8FUX-X4vPQkdpTVS_ISvnhBvB2S1AVoU3MiTO_mzvo7dNfsa7SiVsWtioKKVONAtHhyT-zvE5lJt2OqSzx8ETbXRfgJoXC70fmKhmMZ6XF0qLY_n895TjmOuHiw6842Y72IWAxUIsCzWow13vCHM3r0tZxyZjcXbT2OOBSotphW7VIat3otz8&step=650&view=cluster',
    name: 'service-traffic',
    inputs: 8,
    settings: { step: 650, view: ['cluster'] },
  },
  'a race with other settings': {
    link: '#p1:Q1KHWPUCNhmeRkuyCizLcpFSKp5Ma4E0hAhMU0X5FZXBlXlAXdGGwKk-HSMgARqbrAUA&t=30s&view=cluster,race',
    name: 'termination-race',
    inputs: 4,
    settings: { t: 30_000, view: ['cluster', 'race'] },
  },
  'the microscope over the cluster': {
    link: '#p1:Q1gK3GkFDMHkTFCQg0bIagE&step=300&view=cluster,microscope&select=pod/default/four',
    name: 'insufficient-cpu',
    inputs: 5,
    settings: { step: 300, view: ['cluster', 'microscope'], select: 'pod/default/four' },
  },
  'a level': { link: '#p1:Q8Q10Jc5uuBGObCFCm6PAwA&step=10&view=cluster', name: 'level-touch-ready', inputs: 1, settings: { step: 10, view: ['cluster'] } },
  'a level in which something was done': {
    link: '#p1:Q8Q10Jc5uuChAUTyNExKzyszr0JKpcgpCgyBqcrM1NxAx8TQQMfIwgyczCyMTYyBPBMLHSMzcx1EQRcLHJcEAA&step=50',
    name: 'level-drain',
    inputs: 3,
    settings: { step: 50 },
  },
  'a frame that says everything': {
    link: '#p1:w6EdAA&t=9s&view=terminate&lang=en&theme=light&embed=1&controls=full&autoplay=1&origin=https%3A//slides.example',
    name: 'graceful-end',
    inputs: 3,
    settings: { t: 9_000, view: ['terminate'], lang: 'en', theme: 'light', embed: true, controls: 'full', autoplay: true, origin: 'https://slides.example' },
  },
  'workloads, with a Deployment chosen': {
    link: '#p1:Q3I9PMBB3UOgcgA&t=40s&view=workloads&panels=inspector&select=deployment/default/web',
    name: 'deployment-rolls',
    inputs: 4,
    settings: { t: 40_000, view: ['workloads'], panels: ['inspector'], select: 'deployment/default/web' },
  },
  'two views and no panels': {
    link: '#p1:g4tBlpTkJhboQpboK9UCAA&t=20s&view=inside,states&panels=&lang=zh&theme=dark',
    name: 'configmap-update',
    inputs: 4,
    settings: { t: 20_000, view: ['inside', 'states'], panels: [], lang: 'zh', theme: 'dark' },
  },
  'words of the author, chapters and notes': {
    link: '#p1:o3pRklupCxp3xlaQADtfQAfjLER8QdKwAqRj4vNZLdhKj_CMxBIFT2AXH1HYdEx82jgLqPzJrm7sZYoRrEwxp6BMUaiGlyjA6UTcRQpCmQ5KeQLURHpZAlSPNE7lDgpzsJ9fbN0ACkmcY2PQgSfg9Cqy-ej1H7CgQhk0gzoINVr8EbHyZEcD5kgaKK7Bsk-XtD_bvALoLPTyDwA&step=40&view=create',
    name: 'my-own',
    inputs: 2,
    settings: { step: 40, view: ['create'] },
  },
}

describe('links of earlier releases', () => {
  test('the dictionary is the one they were made with', () => {
    expect(dictionaryP1.length).toBe(13_830)
    expect(hash32(new TextDecoder().decode(dictionaryP1))).toBe(-1_827_821_420)
  })

  test.each(Object.entries(published))('%s opens, at its moment', (_, { link, name, inputs, settings = {} }) => {
    const { scenario, ...opened } = decode(link)
    expect(scenario.metadata.name).toBe(name)
    expect(scenario.spec.script).toHaveLength(inputs)
    expect(opened).toEqual(settings)
    // The film is made, and is long enough for the moment.
    const { trace } = replay(scenario)
    expect(trace.length).toBeGreaterThan(settings.step ?? 0)
  })

  test('what was typed and set is still in them', () => {
    const { spec } = decode(published['actions of every sort']!.link).scenario
    expect(spec.script.map((input) => input.kubectl ?? input.shell ?? input.fault?.type ?? input.load?.name ?? Object.keys(input)).slice(-5)).toEqual([
      'echo hello > note.txt',
      'l1',
      'get pods -w',
      expect.arrayContaining(['interrupt']),
      expect.arrayContaining(['files']),
    ])
    expect(decode(published['a race with other settings']!.link).scenario.spec.cluster?.latency).toEqual({ proxySync: [1500, 2500] })
    expect(decode(published["words of the author, chapters and notes"]!.link).scenario.spec).toMatchObject({
      title: { en: 'Mine', zh: '我的' },
      script: [{ say: { en: 'Go', zh: '走' } }, { when: 'pod/web Ready', after: 500 }],
      chapters: [{ notes: { zh: '备注' } }],
    })
  })

  test('say so when the built-in scenario has changed since', () => {
    const link = `#p1:${packP1({ base: 'first-pod', hash: 'earlier', spec: { end: 5_000 } })}`
    expect(decode(link)).toMatchObject({ outdated: true, scenario: { spec: { end: 5_000 } } })
  })
})

test('words of the built-in scenario may be put better without a link being outdated; its film may not', () => {
  const [made] = payloadsOf({ ...first, spec: { ...first.spec, end: 5_000 } }, () => first)
  const later = (spec: Partial<Scenario['spec']>) => scenarioOf(made, () => ({ ...first, spec: { ...first.spec, ...spec } })).outdated
  expect(later({ title: { en: 'Put better', zh: '更好' }, script: first.spec.script.map((input) => ({ ...input, say: { en: 'Now', zh: '现在' } })) })).toBe(false)
  expect(later({ script: first.spec.script.slice(1) })).toBe(true)
})

describe('a bad link says what is wrong', () => {
  const whole = encode({ scenario: { ...edited(), metadata: { name: 'mine' } } })
  const link = (value: unknown) => `#p1:${packP1(value)}`
  const scenario = { ...first, metadata: { name: 'mine' } }

  test.each([
    ['another hash', '#about', 'no-link'],
    ['an empty text', '', 'no-link'],
    ['a newer codec', '#p2:abc', 'newer'],
    ['a codec of another kind', '#q1:abc', 'newer'],
    ['cut off', whole.slice(0, 200), 'corrupt'],
    ['one letter lost', whole.slice(0, 40) + whole.slice(41), 'corrupt'],
    ['foreign letters', '#p1:a+b/c=', 'corrupt'],
    ['no payload', '#p1:', 'corrupt'],
    ['too long', `#p1:${'A'.repeat(70_000)}`, 'too-large'],
    ['a bomb', `#p1:${packP1({ scenario: 'x'.repeat(8_000_000) })}`, 'too-large'],
    ['a name that is unknown', link({ base: 'no-such' }), 'unknown-scenario'],
    ['a name of the prototype', link({ base: 'constructor' }), 'unknown-scenario'],
    ['no map', link([1, 2]), 'corrupt'],
    ['no scenario', link({ scenario: { kind: 'Other' } }), 'invalid'],
    [
      'too many nodes',
      link({ scenario: { ...scenario, spec: { ...scenario.spec, cluster: { nodes: 1e6 } } } }),
      'invalid',
    ],
    ['too many inputs', link({ base: 'first-pod', hash: '', spec: { script: Array(10_001).fill([0]) } }), 'invalid'],
    ['an input that is not there', link({ base: 'first-pod', hash: '', spec: { script: [[99]] } }), 'invalid'],
    [
      'a path that climbs out',
      link({ base: 'first-pod', hash: '', spec: { files: { '/etc/passwd': 'x' } } }),
      'invalid',
    ],
  ])('%s', (_, text, fault) => {
    expect(faultOf(text)).toBe(fault)
  })

  test('reserved keys are dropped', () => {
    const json = JSON.stringify({ scenario }).replace('"files":{', '"files":{"__proto__":"x","constructor":"y",')
    const opened = decode(`#p1:${packP1(JSON.parse(json))}`)
    expect(opened).toEqual({ scenario })
    expect(Object.getPrototypeOf(opened.scenario.spec.files)).toBe(Object.prototype)
  })
})

/** Time is no matter of a test, but what never ends fails: hence the patience below. */
describe('whatever it is given, decode answers with a state or a ShareLinkError', { timeout: 60_000 }, () => {
  const answers = (link: string): boolean => faultOf(link) !== ''
  /** null when the property holds. */
  const counterexample = (property: fc.IProperty<any>, numRuns: number) =>
    fc.check(property, { numRuns }).counterexample

  test('any text', () => {
    expect(counterexample(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), answers), 300)).toBeNull()
  })

  test('any bytes behind the prefix', () => {
    expect(
      counterexample(
        fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => answers(`#p1:${toBase64Url(bytes)}`)),
        500,
      ),
    ).toBeNull()
  })

  test('a good link with bytes changed', () => {
    const bytes = fromBase64Url(encode({ scenario: edited() }).slice(4).split('&')[0]!)
    const changes = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    const property = fc.property(changes, (list) => {
      const changed = Uint8Array.from(bytes)
      for (const [at, byte] of list) changed[at] = byte
      return answers(`#p1:${toBase64Url(changed)}`)
    })
    expect(counterexample(property, 300)).toBeNull()
  })

  test('any JSON', () => {
    const anything = fc.oneof(
      fc.json(),
      fc.json().map((json) => JSON.stringify({ scenario: JSON.parse(json) as unknown })),
    )
    expect(
      counterexample(
        fc.property(anything, (json) => answers(`#p1:${packP1(JSON.parse(json))}`)),
        100,
      ),
    ).toBeNull()
  })

  test('any settings', () => {
    const link = encode({ scenario: first })
    const words = fc.string({ unit: 'binary', maxLength: 200 }).map((text) => text.replaceAll('#', ''))
    expect(
      counterexample(
        fc.property(words, (text) => decode(`${link}&${text}`).scenario.metadata.name === 'first-pod'),
        300,
      ),
    ).toBeNull()
  })

  test('deep nesting', () => {
    expect(answers(`#p1:${packP1(nested(3_000))}`)).toBe(true)
  })
})

function nested(depth: number): unknown {
  let value: unknown = 0
  for (let i = 0; i < depth; i++) value = [value]
  return { scenario: value }
}

test('base64url of any bytes comes back', () => {
  for (const bytes of fc.sample(fc.uint8Array({ maxLength: 100 }), 100)) {
    expect(fromBase64Url(toBase64Url(bytes))).toEqual(bytes)
  }
})
