import { expect, test } from 'vitest'
import type { Step } from '../../worker/protocol.ts'
import { narrateNetwork } from './narrateNetwork.ts'

const sent = (from: string, to: string): Step =>
  ({ kind: 'network', from, to, detail: { type: 'RequestSent', method: 'POST', url: 'https://10.96.0.9:443/check', address: '10.96.0.9:443' } }) as unknown as Step

test.each([
  ['kube-apiserver', 'service/default/checker', 'network.asksWebhook'],
  ['kube-apiserver', 'pod/default/web', 'network.sent'],
  ['pod/default/web', 'service/default/checker', 'network.sent'],
])('what %s sends to %s is told as %s', (from, to, key) => {
  expect(narrateNetwork(sent(from, to))).toMatchObject({ key })
})
