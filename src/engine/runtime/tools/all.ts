import type { Program } from '../process/process.ts'
import { curl } from './curl.ts'
import { dd, df, du, stat, sync } from './disk.ts'
import { base64, digestTool, dump } from './encoding.ts'
import { expr } from './expr.ts'
import { basenameTool, cat, chmod, chown, cp, dirnameTool, fallocate, ln, mkdir, mktemp, mv, readlink, realpath, rm, rmdir, tee, touch, truncate, unlink } from './files.ts'
import { find } from './find.ts'
import { grep } from './grep.ts'
import { head, tail } from './head-tail.ts'
import { kill } from './kill.ts'
import { ls } from './ls.ts'
import { dig, getent, host, ifconfig, ip, nc, netstat, nslookup, ping, telnet } from './network.ts'
import { echo, falseTool, printf, trueTool } from './print.ts'
import { chroot, env, killall, nice, nohup, pgrep, printenv, ps, su, top, whoami, xargs } from './processes.ts'
import { sed } from './sed.ts'
import { sort } from './sort.ts'
import { arch, clear, free, getconf, hostname, id, mount, nproc, packageManager, pwd, stty, sysctl, tty, umount, uname, which } from './system.ts'
import { test } from './test.ts'
import { comm, compareFiles, cut, fold, nl, paste, rev, seq, shuf, split, strings, tac, tr, uniq, wc, yes } from './text.ts'
import { date, sleep, time, timeout, uptime, usleep, watch } from './time.ts'
import { wget } from './wget.ts'
import { awk } from './awk.ts'
import { jq } from './jq.ts'

/** The small tools, by the names of their programs. */
export const tools: Record<string, Program> = {
  '[': test, arch, awk, base64, basename: basenameTool, cat, chgrp: chown, chmod, chown, chroot, clear, cmp: compareFiles, comm, cp, curl, cut, date, dd, df, diff: compareFiles, dig, dirname: dirnameTool, du,
  echo, egrep: grep, env, expr, fallocate, false: falseTool, fgrep: grep, find, fold, free, getconf, getent, grep, head, hexdump: dump, host, hostname, id, ifconfig, install: cp, ip, jq, kill, killall, ln, ls,
  md5sum: digestTool(32), mkdir, mktemp, mount, mv, nc, netstat, nice, nl, nohup, nproc, nslookup, od: dump, paste, pgrep, pidof: pgrep, ping, pkill: killall, printenv, printf, ps, pwd, readlink, realpath, rev, rm, rmdir, sed,
  seq, sha1sum: digestTool(40), sha256sum: digestTool(64), shuf, sleep, sort, split, ss: netstat, stat, strings, stty, su, sync, sysctl, tac, tail, tee, telnet, test, time, timeout, top, touch, tr, true: trueTool, truncate, tty,
  umount, uname, uniq, unlink, uptime, usleep, watch, wc, wget, which, whoami, xargs, xxd: dump, yes, apk: packageManager, apt: packageManager, 'apt-get': packageManager, dnf: packageManager, yum: packageManager, microdnf: packageManager, pip: packageManager, pip3: packageManager,
}
