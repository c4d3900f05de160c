import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

// iputils, iproute2, apk-tools, apt, jq: what they print.
test.each<[image: string, line: string, seen: RegExp]>([
  ['nicolaka/netshoot', 'ping -c 2 localhost | tail -3 | head -2', /^2 packets transmitted, 2 received, 0% packet loss, time \d+ms$/m],
  ['busybox', 'ping -c 1 localhost | grep loss', /^1 packets transmitted, 1 packets received, 0% packet loss$/m],
  ['nicolaka/netshoot', 'ss -tln', /^State {2}Recv-Q Send-Q/],
  ['nicolaka/netshoot', 'ss -ln', /^Netid State /],
  ['alpine', 'apk add --no-cache curl jq', /^\(1\/2\) Installing curl\n\(2\/2\) Installing jq\nOK: /],
  ['ubuntu', 'apt-get update -qq; apt-get install -y -qq curl; echo end', /^end\n$/],
  ['nicolaka/netshoot', 'jq --version', /^jq-1\.\d/],
])('%s: %s', (image, line, seen) => {
  expect(new Lab({ image, command: ['sleep', '999'] }).start().exec(['sh', '-c', line]).stdout).toMatch(seen)
})
