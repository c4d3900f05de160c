/** What is told of addresses and ranges that are taken but written unusually (apimachinery util/validation GetWarningsForIP, GetWarningsForCIDR). IPv4 only. */
import { isIPv4 } from '../names.ts'

/** '10.1.2.3/8' names a network by an address in it: '10.0.0.0/8' or '10.1.2.3/32' was meant. */
export function warningsForCIDR(at: string, value: string): string[] {
  const [address = '', bits = ''] = value.split('/')
  if (!isIPv4(address)) return []
  const shift = 32 - Number(bits)
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const network = number - (number % 2 ** shift)
  if (network === number) return []
  const text = [24, 16, 8, 0].map((by) => Math.floor(network / 2 ** by) % 256).join('.')
  return [`${at}: CIDR value "${value}" is ambiguous in this context (should be "${text}/${bits}" or "${address}/32"?)`]
}
