import { expect, it } from 'vitest'
import type { Playback } from '../../playback/playback.ts'
import { catalogue } from '../../scenarios/index.ts'
import { decode, encode } from '../../share/index.ts'
import { view } from '../shared/view.ts'
import { applySettings, keyOfSelection, presentSettings, selectionOfKey } from './link.ts'

it.each([
  ['pod/default/web', 'pods/default/web'],
  ['node/node1', 'nodes/node1'],
  ['event/default/web.1', 'events/default/web.1'],
])('%s of a link is %s in etcd', (selection, key) => {
  expect(keyOfSelection(selection)).toBe(key)
  expect(selectionOfKey(key)).toBe(selection)
})

it.each(['', 'pod', 'unheard-of/x'])('no object: %s', (selection) => expect(keyOfSelection(selection)).toBeUndefined())

it('carries the microscope with the pod it is about; the moment in the link says which attempt', () => {
  const startMs = 1_767_603_600_000
  // Of the playback a link holds no more than where the playhead stands.
  const playback = { state: { film: { opening: { startMs } }, cursor: 41 }, clock: { getState: () => ({ now: startMs + 10_250 }) } } as unknown as Playback
  const sent = { views: ['cluster', 'create'], split: true, microscope: true, selected: 'pods/default/four' } as const
  view.setState(sent)
  const link = encode({ scenario: catalogue[0]!, ...presentSettings(playback) })
  view.setState({ views: ['states'], split: false, microscope: false, selected: undefined })
  const got = decode(link)
  applySettings(got)
  expect(view.getState()).toMatchObject(sent)
  expect(got).toMatchObject({ step: 42, t: 10_250 })

  view.setState({ microscope: false, selected: undefined })
  const without = decode(encode({ scenario: catalogue[0]!, ...presentSettings(playback) }))
  view.setState({ microscope: true, selected: 'nodes/node1' })
  applySettings(without)
  expect(view.getState()).toMatchObject({ views: sent.views, microscope: false, selected: undefined })
})
