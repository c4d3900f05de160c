import { isIPv4 } from './names.ts'

/**
 * The world outside of the cluster, as far as connections go. Who is there answers for the web, for DNS and for SSH; the echo
 * port is refused, by which `ping` sees that somebody is there; what comes to other ports is lost in a firewall.
 */
export function worldAnswer(ip: string, port: number): 'connected' | 'refused' | 'timeout' {
  if (!isWorldAddress(ip)) return 'timeout'
  return open.has(port) ? 'connected' : port === echo ? 'refused' : 'timeout'
}

const open = new Set([22, 53, 80, 443])
const echo = 7

/** An IPv4 address of the Internet: none of a private network, of this machine or its link, of documentation, of a group. */
export function isWorldAddress(ip: string): boolean {
  if (!isIPv4(ip)) return false
  const [a = 0, b = 0, c = 0] = ip.split('.').map(Number)
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false
  if (a === 100) return b < 64 || b > 127
  if (a === 169) return b !== 254
  if (a === 172) return b < 16 || b > 31
  if (a === 192) return b !== 168 && !(b === 0 && c <= 2)
  if (a === 198) return b !== 18 && b !== 19 && !(b === 51 && c === 100)
  return !(a === 203 && b === 0 && c === 113)
}
