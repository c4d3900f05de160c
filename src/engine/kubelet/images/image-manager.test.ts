import { expect, test } from 'vitest'
import { parse } from 'yaml'
import type { KubeletConfiguration } from '../../api/kubeletConfiguration.ts'
import type { Container, Pod } from '../../api/types.ts'
import { ImageManager, type Images } from './image-manager.ts'
import table from '../testdata/images.yaml?raw'
import { Workbench } from '../testing/workbench.ts'

interface Case {
  case: string
  image: string
  policy: string
  onNode?: boolean
  fails?: string
  inspect?: string
  attempts: { at: number; pulls?: string; waits?: string; events: string[] }[]
}

const pod = { metadata: { name: 'shop', namespace: 'default', uid: 'u1' } } as Pod

test.each((parse(table) as Case[]).map((c) => [c.case, c] as const))('%s', (_, c) => {
  const bench = new Workbench()
  let pulled: string | undefined
  const runtime: Images = {
    status: () => (c.inspect === undefined ? { present: c.onNode === true } : { error: c.inspect }),
    pull: (image, _uid, _container, _login, done) => {
      pulled = image
      bench.later(c.fails === undefined ? 1500 : 0, () => done(c.fails === undefined ? { sizeBytes: 4321 } : { error: c.fails }))
    },
  }
  const images = new ImageManager(bench.kernel, runtime, { backoff: () => {}, backoffOver: () => {} })
  const container = { name: 'app', image: c.image, imagePullPolicy: c.policy } as Container
  const seen = c.attempts.map(({ at }) => {
    bench.until(at * 1000)
    pulled = undefined
    const events: string[] = []
    const failure = bench.finish(images.ensureImageExists(pod, container, (...words) => void events.push(words.join(' '))))
    return { at, pulls: pulled, waits: failure && `${failure.reason}: ${failure.message}`, events }
  })
  expect(seen).toEqual(c.attempts)
})

/** Pulls at once, and what is said of each of three that are asked for together and take a second. */
test.each<[KubeletConfiguration, string[]]>([
  [{}, ['c in 1s (1s including waiting)', 'b in 1s (2s including waiting)', 'a in 1s (3s including waiting)']],
  [{ maxParallelImagePulls: 1, serializeImagePulls: false }, ['c in 1s (1s including waiting)', 'b in 1s (2s including waiting)', 'a in 1s (3s including waiting)']],
  [{ maxParallelImagePulls: 2, serializeImagePulls: false }, ['c in 1s (1s including waiting)', 'b in 1s (1s including waiting)', 'a in 1s (2s including waiting)']],
  [{ serializeImagePulls: false }, ['c in 1s (1s including waiting)', 'b in 1s (1s including waiting)', 'a in 1s (1s including waiting)']],
])('with %j', (configuration, told) => {
  const bench = new Workbench()
  const images = new ImageManager(bench.kernel, {
    status: () => ({ present: false }),
    pull: (_image, _uid, _container, _login, done) => void bench.later(1000, () => done({ sizeBytes: 1 })),
  }, { backoff: () => {}, backoffOver: () => {} }, () => configuration)
  const events: string[] = []
  const ensure = (image: string) => images.ensureImageExists(pod, { name: 'app', image } as Container, (_type, _reason, message) => void events.push(message))
  for (const image of ['b', 'a']) bench.later(0, () => bench.finish(ensure(image)))
  bench.finish(ensure('c'))
  bench.until(5000)
  expect(events.flatMap((message) => /"(\w)" (in .*)\. Image/.exec(message)?.slice(1).join(' ') ?? [])).toEqual(told)
})

test('one pull at a time: the second waits, and says so', () => {
  const bench = new Workbench()
  const images = new ImageManager(bench.kernel, {
    status: () => ({ present: false }),
    pull: (_image, _uid, _container, _login, done) => void bench.later(1000, () => done({ sizeBytes: 1 })),
  }, { backoff: () => {}, backoffOver: () => {} })
  const events: string[] = []
  const ensure = (image: string) => images.ensureImageExists(pod, { name: 'app', image } as Container, (_type, _reason, message) => void events.push(message))
  bench.later(0, () => bench.finish(ensure('a:1')))
  bench.finish(ensure('b:1'))
  expect(events.filter((message) => message.startsWith('Successfully'))).toEqual([
    'Successfully pulled image "b:1" in 1s (1s including waiting). Image size: 1 bytes.',
    'Successfully pulled image "a:1" in 1s (2s including waiting). Image size: 1 bytes.',
  ])
})
