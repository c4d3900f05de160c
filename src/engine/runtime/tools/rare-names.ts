/** Tools that come later than the rest (rare.ts): whoever looks for one knows that it is there. */
export const rareToolNames = [
  'awk', 'base64', 'cmp', 'column', 'comm', 'curl', 'cut', 'dd', 'df', 'diff', 'dig', 'du', 'envsubst', 'gzip', 'gunzip', 'zcat', 'tar', 'openssl',
  'expr', 'find', 'fold', 'getent', 'hexdump', 'host', 'ifconfig', 'ip', 'jq', 'md5sum', 'nc', 'ncat', 'nc.openbsd', 'netstat', 'nl', 'nslookup', 'od', 'paste', 'ping',
  'rev', 'route', 'sed', 'seq', 'sha1sum', 'sha256sum', 'shuf', 'sort', 'split', 'ss', 'stat', 'strings', 'sync', 'tac', 'telnet', 'tr', 'uniq',
  'wc', 'xxd', 'yes', 'pip', 'pip3',
] as const

export type RareTool = (typeof rareToolNames)[number]
