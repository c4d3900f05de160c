import { ipv4Number } from '../api/addresses.ts'
import { isIPv4 } from '../api/names.ts'

/** Whether an IPv4 address lies in a range such as 10.0.0.0/8; no other family is in use here. */
export function isWithin(ip: string, cidr: string): boolean {
  const [network = '', bits = '32'] = cidr.split('/')
  if (!isIPv4(ip) || !isIPv4(network)) return false
  const size = 2 ** (32 - Number(bits))
  return Math.floor(ipv4Number(ip) / size) === Math.floor(ipv4Number(network) / size)
}
