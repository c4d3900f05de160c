import { expect, it } from 'vitest'
import { worldAnswer } from './world.ts'

it.each([
  ['1.1.1.1', 443, 'connected'],
  ['1.1.1.1', 53, 'connected'],
  ['1.1.1.1', 7, 'refused'],
  ['1.1.1.1', 8080, 'timeout'],
  ['93.184.215.14', 80, 'connected'],
  ['10.1.2.3', 80, 'timeout'],
  ['172.20.0.1', 80, 'timeout'],
  ['172.32.0.1', 80, 'connected'],
  ['192.168.1.1', 80, 'timeout'],
  ['192.0.2.1', 80, 'timeout'],
  ['198.51.100.7', 80, 'timeout'],
  ['203.0.113.9', 80, 'timeout'],
  ['169.254.169.254', 80, 'timeout'],
  ['127.0.0.1', 80, 'timeout'],
  ['224.0.0.1', 80, 'timeout'],
  ['web', 80, 'timeout'],
])('%s answers on port %i: %s', (ip, port, answer) => expect(worldAnswer(ip, port)).toBe(answer))
