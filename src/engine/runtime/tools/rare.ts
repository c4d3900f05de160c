import type { Program } from '../process/process.ts'
import type { RareTool } from './rare-names.ts'
import { pip } from './pip.ts'
import { md5, sha1, sha256 } from '../../api/digest.ts'
import { curl } from './curl.ts'
import { dd, df, du, stat, sync } from './disk.ts'
import { dig, host } from './dns/dig.ts'
import { nslookup } from './dns/nslookup.ts'
import { hexdump, od, xxd } from './dump.ts'
import { base64, digestTool } from './encoding.ts'
import { envsubst } from './envsubst.ts'
import { expr } from './expr.ts'
import { find } from './find.ts'
import { gzip } from './gzip.ts'
import { ncat } from './ncat.ts'
import { nc, ncOpenbsd } from './netcat.ts'
import { getent, ifconfig, ip, netstat, ping, route, ss, telnet } from './network.ts'
import { openssl } from './openssl.ts'
import { sed } from './sed.ts'
import { sort } from './sort.ts'
import { tar } from './tar.ts'
import { column, comm, compareFiles, cut, fold, nl, paste, rev, seq, shuf, split, strings, tac, tr, uniq, wc, yes } from './text.ts'
import { awk } from './awk.ts'
import { jq } from './jq.ts'

/** The other tools, by the names of their programs. */
export const rareTools: Record<RareTool, Program> = {
  awk,
  base64,
  cmp: compareFiles,
  column,
  comm,
  curl,
  cut,
  dd,
  df,
  diff: compareFiles,
  dig,
  du,
  envsubst,
  gzip,
  gunzip: gzip,
  zcat: gzip,
  tar,
  openssl,
  expr,
  find,
  fold,
  getent,
  hexdump,
  host,
  ifconfig,
  ip,
  jq,
  md5sum: digestTool(md5),
  nc,
  ncat,
  'nc.openbsd': ncOpenbsd,
  netstat,
  nl,
  nslookup,
  od,
  paste,
  ping,
  rev,
  route,
  sed,
  seq,
  sha1sum: digestTool(sha1),
  sha256sum: digestTool(sha256),
  shuf,
  sort,
  split,
  ss,
  stat,
  strings,
  sync,
  tac,
  telnet,
  tr,
  uniq,
  wc,
  xxd,
  yes,
  pip,
  pip3: pip,
}
