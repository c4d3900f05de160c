export interface HostsLine {
  readonly address: string
  readonly names: readonly string[]
}

/** The lines of an /etc/hosts (hosts(5)): an address, its canonical name and other names; what follows a # is a comment. */
export function hostsLines(text: string): HostsLine[] {
  return text.split('\n').flatMap((line) => {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    return address === '' ? [] : [{ address, names }]
  })
}
