import { describe, expect, it, test } from 'vitest'
import { Lab, sh } from '../testing/lab.ts'

/** [script, what it prints, exit code (0 when left out)] */
type Case = readonly [script: string, output: string, exitCode?: number]

function check(name: string, cases: readonly Case[], image = 'busybox:1.36'): void {
  describe(name, () => {
    for (const [script, output, exitCode = 0] of cases) {
      it(script, () => {
        const lab = sh(script, { image })
        expect({ output: lab.output, exitCode: lab.exit?.exitCode }).toEqual({ output, exitCode })
      })
    }
  })
}

check('files', [
  [
    'touch /tmp/healthy; cat /tmp/healthy; rm -f /tmp/healthy; cat /tmp/healthy',
    "cat: can't open '/tmp/healthy': No such file or directory\n",
    1,
  ],
  ['ls /var/ready', 'ls: /var/ready: No such file or directory\n', 1],
  ['ls /', 'bin\ndev\netc\nhome\nlib\nlib64\nproc\nroot\nsys\ntmp\nusr\nvar\n'],
  ['mkdir -p /a/b/c && ls /a/b && rmdir /a/b/c && ls /a/b', 'c\n'],
  ['mkdir /a; mkdir /a', "mkdir: can't create directory '/a': File exists\n", 1],
  ['mkdir /x/y', "mkdir: can't create directory '/x/y': No such file or directory\n", 1],
  ['rm /nope', "rm: can't remove '/nope': No such file or directory\n", 1],
  ['rm /tmp', "rm: '/tmp' is a directory\n", 1],
  ['mkdir -p /d/e; touch /d/e/f; rm -rf /d; ls /d', 'ls: /d: No such file or directory\n', 1],
  ['echo x > /a; cp /a /b; mv /b /c; cat /c; ls /b', 'x\nls: /b: No such file or directory\n', 1],
  ['mkdir -p /s/t; echo 1 > /s/t/f; cp -r /s /copy; cat /copy/t/f', '1\n'],
  ['cp /nope /x', "cp: can't stat '/nope': No such file or directory\n", 1],
  ['mv /nope /x', "mv: can't rename '/nope': No such file or directory\n", 1],
  [
    'ln -s /etc/hostname /h; cat /h; readlink /h; readlink -f /h; ls -l /h | cut -c1-10',
    'web\n/etc/hostname\n/etc/hostname\nlrwxrwxrwx\n',
  ],
  [
    'ln -s /loop2 /loop1; ln -s /loop1 /loop2; cat /loop1',
    "cat: can't open '/loop1': Too many levels of symbolic links\n",
    1,
  ],
  [
    'echo hi > /f; chmod 600 /f; stat -c "%a %s %n %U" /f; ls -la /f',
    '600 3 /f root\n-rw-------    1 root     root             3 Nov 20 18:46 /f\n',
  ],
  ['touch /tmp/up; sleep 3; test $(($(date +%s) - $(stat -c %Y /tmp/up))) -ge 3 && echo old', 'old\n'],
  ['find /etc -name "host*" | sort', '/etc/hostname\n/etc/hosts\n'],
  [
    'mkdir -p /t/a; touch /t/1.log /t/a/2.log /t/x; find /t -type f -name "*.log" | sort; find /t -maxdepth 1 -type d',
    '/t/1.log\n/t/a/2.log\n/t\n/t/a\n',
  ],
  ['mkdir /t; touch /t/1 /t/2; find /t -type f -exec rm {} \\; ; ls /t', ''],
  ['basename /a/b.txt .txt; dirname /a/b.txt', 'b\n/a\n'],
  ['cd /tmp; pwd; cd -; cd ..; pwd', '/tmp\n/\n/\n'],
  ['dd if=/dev/zero of=/f bs=1M count=3 2>/dev/null; stat -c %s /f; du -m /f', '3145728\n3\t/f\n'],
  ["printf 'a1 b22\\nc\\nd333\\n' | grep -o '[0-9][0-9]*'", '1\n22\n333\n'],
  ['dd if=/dev/zero bs=1M count=2 2>/dev/null | wc -c', '2097152\n'],
  ["dd if=/dev/zero of=/f bs=1M count=20 2>&1 | tail -1 | cut -d' ' -f1-4; du -h /f; ls -lh /f | grep -o ' [0-9.]*M'", '20971520 bytes (20.0MB) copied,\n20.0M\t/f\n 20.0M\n'],
  ['truncate -s 5M /big; wc -c < /big', '5242880\n'],
  ['cat /etc/hosts | tail -1; cat /etc/hostname', '10.244.1.5\tweb\nweb\n'],
  ['cd /var && echo a > log && ls -1 log && cat ./log ../var/log', "sh: can't create log: Is a directory\n", 1],
])

check('text', [
  ['printf "b\\na\\nb\\n" | sort | uniq -c', '      1 a\n      2 b\n'],
  ['printf "10\\n9\\n2\\n" | sort -n | head -1', '2\n'],
  ['printf "x 2\\ny 1\\n" | sort -k2 -n; printf "b\\na\\n" | sort -r', 'y 1\nx 2\nb\na\n'],
  ['echo "a:b:c" | cut -d: -f2; echo abcdef | cut -c2-4; echo "a b c" | cut -d" " -f1,3', 'b\nbcd\na c\n'],
  [
    'printf "one\\ntwo\\nthree\\n" | grep -v two; printf "a\\nb\\n" | grep -c .; echo Foo | grep -i foo',
    'one\nthree\n2\nFoo\n',
  ],
  ['printf "MY_A=1\\nOTHER=2\\n" | grep ^MY_', 'MY_A=1\n'],
  ['echo abc | grep -q b && echo found; echo abc | grep -q z || echo none', 'found\nnone\n'],
  ['printf "error: x\\nok\\n" | grep -E "error|fail" | sed "s/error: \\(.*\\)/got \\1/"', 'got x\n'],
  [
    'echo hello world | sed s/world/there/; echo aaa | sed s/a/b/g; echo a.b | sed "s/\\./-/"',
    'hello there\nbbb\na-b\n',
  ],
  ['seq 5 | sed -n "2,3p"; seq 5 | sed 4d | tail -1; seq 3 | sed "\\$d"', '2\n3\n5\n1\n2\n'],
  // Beside GNU's sed, awk, head, diff, grep and jq.
  ["seq 4 | sed ':a;N;$!ba;s/\\n/|/g'; seq 3 | sed '$!N;s/\\n/,/'; seq 5 | sed 'n;d'; seq 3 | sed -n '/2/{n;p}'", '1|2|3|4\n1,2\n3\n1\n3\n5\n3\n'],
  ["seq 4 | sed '$!{N;D}'; seq 3 | sed 'N;P;D'; seq 4 | sed '2,+1d'; seq 3 | sed '0,/1/d'; seq 3 | sed '1,/1/d'", '4\n1\n2\n3\n1\n4\n2\n3\n'],
  ["seq 3 | sed '/2/b;s/^/> /'; seq 2 | sed 's/1/one/;tx;d;:x'; seq 4 | sed '/1/,/3/{//!d}'; echo 7 | sed ':a;s/^.\\{1,3\\}$/ &/;ta'", '> 1\n2\n> 3\none\n1\n3\n4\n   7\n'],
  ["echo one two | sed 's/[a-z]*/\\u&/g'; echo one | sed '/one/s//1/'; echo k > /g; sed -i.bak s/k/v/ /g; cat /g /g.bak", 'One Two\n1\nv\nk\n'],
  ["echo x | awk '{print 123456789.123, 1e-5, 0.1+0.2, \"10\" < \"9\", 10 < 9; printf \"%e %c %d\\n\", 12345.678, 65, 3.9}'", '1.23457e+08 1e-05 0.3 1 0\n1.234568e+04 A 3\n'],
  ["seq 2 > /a; seq 3 > /b; awk 'NR==FNR{n[$1];next} !($1 in n)' /a /b; awk 'FNR==1{print FILENAME}' /a /b", '3\n/a\n/b\n'],
  ['seq 5 | head -n -3; seq 5 | head -n -1 | tail -n 1', '1\n2\n4\n'],
  ["echo a1b22 | grep -oP '\\d+'; echo key=v | grep -oP '(?<=key=)\\w'", '1\n22\nv\n'],
  ["seq 5 > /a; seq 5 | sed 's/[24]/x/' > /b; diff /a /b | tail -n +3", '@@ -1,5 +1,5 @@\n 1\n-2\n+x\n 3\n-4\n+x\n 5\n', 0],
  ['echo k=v > /f; sed -i "s/v/w/" /f; cat /f; sed -n "/k/p" /f', 'k=w\nk=w\n'],
  ['echo "a b c" | awk "{print \\$2}"; printf "1 2\\n3 4\\n" | awk "{s+=\\$1} END {print s, NR}"', 'b\n4 2\n'],
  [
    "echo 'root:x:0' | awk -F: '{print $1 \"=\" $3}'; echo '3 4' | awk '$1 < $2 {printf \"%d-%s\\n\", $1*2, $2}'",
    'root=0\n6-4\n',
  ],
  ["printf 'a 1\\nb 2\\na 3\\n' | awk '{c[$1]+=$2} END {for (k in c) print k, c[k]}'", 'a 4\nb 2\n'],
  ['awk \'BEGIN {for (i=0; i<3; i++) x = x i; print x, length(x), toupper("a")}\'', '012 3 A\n'],
  ['seq 3 | head -n 2; seq 5 | tail -n 2; seq 5 | tail -n +4', '1\n2\n4\n5\n4\n5\n'],
  ['seq 2 2 6; seq 3 -1 1; seq -s, 3', '2\n4\n6\n3\n2\n1\n1,2,3\n'],
  ['printf "a b\\nc\\n" | wc -l; printf "a b\\nc\\n" | wc -w; printf abc | wc -c', '2\n3\n3\n'],
  ['echo hello | rev; printf "1\\n2\\n" | tac', 'olleh\n2\n1\n'],
  ['echo abc | base64; echo YWJjCg== | base64 -d; echo Héllo | base64 | base64 -d', 'YWJjCg==\nabc\nHéllo\n'],
  ['echo abc | md5sum; printf abc | sha1sum', '0bee89b07a248e27c83fc3d5951213c1  -\na9993e364706816aba3e25717850c26c9cd0d89d  -\n'],
  ['printf abc | sha256sum', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  -\n'],
  [
    'echo "a b c" | xargs -n1 echo item; printf "x\\ny\\n" | xargs -I{} echo "<{}>"',
    'item a\nitem b\nitem c\n<x>\n<y>\n',
  ],
  ['expr 2 + 3 \\* 4; expr abc : "a\\(.\\)c"; expr 5 \\> 3', '14\nb\n1\n'],
  ['echo abc | tr -d b; echo aabb | tr -s a; echo hello | tr a-y b-z', 'ac\nabb\nifmmp\n'],
  ['printf "a\\n" > /1; printf "b\\n" > /2; paste /1 /2; diff /1 /2 > /dev/null; echo $?', 'a\tb\n1\n'],
])

check('time and processes', [
  ['date', 'Fri Nov 20 18:46:10 UTC 2026\n'],
  ['date +%Y-%m-%dT%H:%M:%SZ; date -u +%s; date -d @0 +%F', '2026-11-20T18:46:10Z\n1795200370\n1970-01-01\n'],
  ['date -Iseconds; date +"%a %b %e %j %u"', '2026-11-20T18:46:10+00:00\nFri Nov 20 324 5\n'],
  ['sleep x', "sleep: invalid number 'x'\n", 1],
  ['timeout 2 sleep 10; echo $?', '143\n'],
  ['timeout 5 echo quick; echo $?', 'quick\n0\n'],
  ['ps', 'PID   USER     TIME  COMMAND\n    1 root      0:00 ps\n'],
  [
    'sleep 50 & ps | grep " [s]leep 50$"; killall sleep; wait; ps | grep -c " [s]leep 50$"; killall sleep',
    '    2 root      0:00 sleep 50\n0\nkillall: sleep: no process killed\n',
    1,
  ],
  ['sleep 50 & pidof sleep; pgrep sleep; pkill sleep; wait $!; echo $?', '2\n2\n143\n'],
  ['env -i A=1 env; A=2 env | grep ^A=; printenv HOSTNAME; printenv NOPE', 'A=1\nA=2\nweb\n', 1],
  [
    'id; whoami; hostname; uname -s; hostname -i',
    'uid=0(root) gid=0(root) groups=0(root),10(wheel)\nroot\nweb\nLinux\n10.244.1.5\n',
  ],
  ['nohup echo hi; which ls; which nope; echo $?', 'hi\n/bin/ls\n1\n'],
  [
    'cat /proc/1/comm; cat /proc/self/cmdline | tr "\\0" " "; echo; ls /proc/1/fd',
    'sh\ncat /proc/self/cmdline \n0\n1\n2\n',
  ],
  ['cat /proc/1/status | grep -E "^(Name|Pid|CapEff)"', 'Name:\tsh\nPid:\t1\nCapEff:\t00000000a80425fb\n'],
  ['true; /bin/false; echo $?; /bin/echo hi', '1\nhi\n'],
  ['cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/cpu.max', 'max\nmax 100000\n'],
])

check(
  'the words of the GNU tools',
  [
    ['cat /nope', 'cat: /nope: No such file or directory\n', 1],
    ['ls /var/ready', "ls: cannot access '/var/ready': No such file or directory\n", 2],
    ['rm /nope', "rm: cannot remove '/nope': No such file or directory\n", 1],
    ['mkdir /etc', "mkdir: cannot create directory '/etc': File exists\n", 1],
    ['cp /nope /x', "cp: cannot stat '/nope': No such file or directory\n", 1],
    ['touch /no/f', "touch: cannot touch '/no/f': No such file or directory\n", 1],
    ['sleep x', "sleep: invalid time interval 'x'\n", 1],
    ['timeout 1 sleep 5; echo $?', '124\n'],
    ['curl localhost', 'sh: 1: curl: not found\n', 127],
    ['ls -l /etc/hostname | cut -c1-22', '-rw-r--r-- 1 root root\n'],
    ["dd if=/dev/zero of=/f bs=1M count=20 2>&1 | tail -1 | cut -d' ' -f1-7; du -h /f; truncate -s 1025 /g; ls -lh /g | cut -d' ' -f5", '20971520 bytes (21 MB, 20 MiB) copied,\n20M\t/f\n1.1K\n'],
  ],
  'debian:12',
)

const disks = (image: string): string => sh('df -h / /dev; df -m /', { image }).output

describe('df', () => {
  it('has columns of one width in busybox', () => {
    expect(disks('busybox:1.36')).toBe(
      'Filesystem                Size      Used Available Use% Mounted on\noverlay                 100.0G      8.0G     92.0G   8% /\ntmpfs                    64.0M         0     64.0M   0% /dev\n' +
      'Filesystem           1M-blocks      Used Available Use% Mounted on\noverlay                 102400      8192     94208   8% /\n',
    )
  })

  it('has columns as wide as what stands in them elsewhere', () => {
    expect(disks('debian:12')).toBe(
      'Filesystem      Size  Used Avail Use% Mounted on\noverlay         100G  8.0G   92G   8% /\ntmpfs            64M     0   64M   0% /dev\n' +
      'Filesystem     1M-blocks  Used Available Use% Mounted on\noverlay           102400  8192     94208   8% /\n',
    )
  })
})

check('what labs ask of a container\'s network and of its tools', [
  ['route -n', 'Kernel IP routing table\nDestination     Gateway         Genmask         Flags Metric Ref    Use Iface\n0.0.0.0         10.244.1.1      0.0.0.0         UG    0      0        0 eth0\n10.244.1.0      0.0.0.0         255.255.255.0   U     0      0        0 eth0\n'],
  ['ip addr show eth0 | grep inet; ip -br link; ip addr show eth9', "    inet 10.244.1.5/24 brd 10.244.1.255 scope global eth0\nlo               UNKNOWN        00:00:00:00:00:00 \neth0@if7         UP             0a:58:0a:f4:01:05 \nip: can't find device 'eth9'\n", 1],
  ['httpd --help; grep --help', 'BusyBox v1.37.0 multi-call binary.\n\nUsage: httpd\nBusyBox v1.37.0 multi-call binary.\n\nUsage: grep\n'],
  ['less /etc/hostname; more /etc/hostname', 'web\nweb\n'],
])

check('the GNU tools', [
  ['stat -f%z /etc/hosts 2>/dev/null || stat -c%s /etc/hostname', '4\n'],
  ['stat -f%z /etc/hosts', "stat: invalid option -- '%'\nTry 'stat --help' for more information.\n", 1],
  ['mkdir /d; cd /d; touch a b c; ls -m; touch $(seq -w 100 130); ls -m | head -1', 'a, b, c\n100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115,\n'],
  ['ls --help', 'Usage: ls [OPTION]...\n'],
], 'debian:12')

check('bytes', [
  ["printf '\\xe4\\xb8\\xad\\xff\\n' | xxd", '00000000: e4b8 adff 0a                             .....\n'],
  ["printf '\\xe4\\xb8\\xad\\n'", '中\n'],
  ["printf '\\xff\\xfe' > /f; wc -c < /f; base64 /f; base64 -d <<EOF | xxd -p\n//79\nEOF", '2\n//4=\nfffefd\n'],
  ['echo 💻 | wc -c', '5\n'],
  ["printf '\\377' | sha256sum | cut -c1-8", 'a8100ae6\n'],
  ['echo hello | hexdump -C', '00000000  68 65 6c 6c 6f 0a                                 |hello.|\n00000006\n'],
  ['head -c 40 /dev/zero | hexdump', `0000000${' 0000'.repeat(8)}\n*\n0000020 0000 0000 0000 0000                    \n0000028\n`],
  ['echo ab c | od -c', '0000000   a   b       c  \\n\n0000005\n'],
  ['echo -n abcd | od -An -tx1; echo -n abcd | od -An -tu4; echo -n ab | od', ' 61 62 63 64\n 1684234849\n0000000 061141\n0000002\n'],
])
describe('curl says who it is and where a name is taken to be', () => {
  const echo = (...args: string[]): { method: string; headers: Record<string, string>; form: unknown; url: string } => {
    const lab = new Lab({ image: 'nginx' })
    lab.neighbour('bin', { image: 'kennethreitz/httpbin' })
    lab.neighbours.set('10.1.2.3', lab.neighbours.get('bin')!)
    lab.start().until(3000)
    return JSON.parse(lab.exec(['curl', '-s', ...args]).stdout) as ReturnType<typeof echo>
  }
  test.each([
    [['-u', 'admin:secret', 'bin/anything'], { Authorization: 'Basic YWRtaW46c2VjcmV0' }],
    [['http://admin:secret@bin/anything'], { Authorization: 'Basic YWRtaW46c2VjcmV0' }],
    [['-b', 'a=1', '-e', 'here', 'bin/anything'], { Cookie: 'a=1', Referer: 'here' }],
    [['--json', '{}', 'bin/anything'], { 'Content-Type': 'application/json' }],
    [['--resolve', 'shop.example:80:10.1.2.3', 'http://shop.example/anything'], { Host: 'shop.example' }],
    [['--connect-to', 'shop.example:80:bin:80', 'http://shop.example/anything'], { Host: 'shop.example' }],
    [['-H', 'Host: shop.example', '-H', 'Accept:', '10.1.2.3/anything'], { Host: 'shop.example' }],
  ])('%j', (args, headers) => {
    expect(echo(...args).headers).toMatchObject(headers)
  })
  test('where its data goes', () => {
    expect(echo('--data-urlencode', 'q=a b&c', 'bin/anything')).toMatchObject({ method: 'POST', form: { q: 'a b&c' } })
    // A byte that is no character (base64.ts).
    expect(echo('--data-urlencode', 'q=\udcff', 'bin/anything')).toMatchObject({ form: { q: '\uFFFD' } })
    expect(echo('-G', '-d', 'q=1', 'bin/anything?p=0')).toMatchObject({ method: 'GET', url: 'http://bin/anything?p=0&q=1' })
    expect(echo('-L', 'bin/redirect-to?url=anything')).toMatchObject({ method: 'GET', url: 'http://bin/anything' })
  })
})
