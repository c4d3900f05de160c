import { isIPv4 } from '../api/names.ts'

/** Whether an IPv4 address lies in a range such as 10.0.0.0/8; no other family is in use here. */
export function isWithin(ip: string, cidr: string): boolean {
  const [network = '', bits = '32'] = cidr.split('/')
  const [a, b] = [numberOf(ip), numberOf(network)]
  if (a === undefined || b === undefined) return false
  const hostBits = 2 ** (32 - Number(bits))
  return Math.floor(a / hostBits) === Math.floor(b / hostBits)
}

function numberOf(ip: string): number | undefined {
  if (!isIPv4(ip)) return undefined
  return ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
