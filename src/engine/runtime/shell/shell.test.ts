import { describe, expect, it } from 'vitest'
import { sh } from '../testing/lab.ts'

/** [script, what it prints, exit code (0 when left out)] */
type Case = readonly [script: string, output: string, exitCode?: number]

function check(name: string, cases: readonly Case[], image = 'busybox:1.36', shell = 'sh'): void {
  describe(name, () => {
    for (const [script, output, exitCode = 0] of cases) {
      it(script, () => {
        const lab = sh(script, { image, command: [shell, '-c', script] })
        expect({ output: lab.output, exitCode: lab.exit?.exitCode }).toEqual({ output, exitCode })
      })
    }
  })
}

check('lists and status', [
  ['echo a; echo b', 'a\nb\n'],
  ['true && echo yes || echo no', 'yes\n'],
  ['false && echo yes || echo no', 'no\n'],
  ['false || false || echo third', 'third\n'],
  ['! true; echo $?', '1\n'],
  ['! false; echo $?', '0\n'],
  ['false; true', ''],
  ['false', '', 1],
  ['exit 7', '', 7],
  ['exit 300', '', 44],
  ['(exit 3); echo $?', '3\n'],
  ['{ echo a; echo b; } | cat', 'a\nb\n'],
  ['sh -c "exit 5"; echo $?', '5\n'],
  ['true; echo $?; false; echo $?', '0\n1\n'],
])

check('loops and conditions', [
  ['for i in 1 2 3; do echo $i; done', '1\n2\n3\n'],
  ['for i in a "b c"; do echo "[$i]"; done', '[a]\n[b c]\n'],
  ['i=0; while [ $i -lt 3 ]; do echo $i; i=$((i+1)); done', '0\n1\n2\n'],
  ['i=3; until [ $i -eq 0 ]; do echo $i; i=$((i-1)); done', '3\n2\n1\n'],
  ['for i in 1 2 3 4; do [ $i = 2 ] && continue; [ $i = 4 ] && break; echo $i; done', '1\n3\n'],
  ['for a in 1 2; do for b in x y; do [ $b = y ] && continue 2; echo $a$b; done; done', '1x\n2x\n'],
  ['for a in 1 2; do for b in x y; do break 2; done; done; echo out', 'out\n'],
  ['if true; then echo a; else echo b; fi', 'a\n'],
  ['if false; then echo a; elif true; then echo b; fi', 'b\n'],
  ['if false; then echo a; fi; echo $?', '0\n'],
  ['case hello in h*) echo glob;; *) echo other;; esac', 'glob\n'],
  ['case b in a|b) echo ab;; esac', 'ab\n'],
  ['case "*" in "*") echo star;; esac; case x in "*") echo wrong;; *) echo right;; esac', 'star\nright\n'],
  ['case 7 in [0-9]) echo digit;; esac', 'digit\n'],
  ['x=no; case $x in yes) ;; esac; echo $?', '0\n'],
  ['while :; do break; done; echo $?', '0\n'],
])

check('expansion', [
  ['x=hello; echo $x ${x} "$x" \'$x\'', 'hello hello hello $x\n'],
  ['echo ${x:-default} ${x-unset} [${x}]', 'default unset []\n'],
  ['x=; echo ${x:-empty} ${x-set} ${x:+plus} ${x+is}', 'empty is\n'],
  ['x=v; echo ${x:+plus} ${y:+minus}', 'plus\n'],
  ['echo ${x:=assigned} $x', 'assigned assigned\n'],
  ['x=archive.tar.gz; echo ${x%.*} ${x%%.*} ${x#*.} ${x##*.}', 'archive.tar archive tar.gz gz\n'],
  ['x=/a/b/c; echo ${x##*/} ${x%/*}', 'c /a/b\n'],
  ['x=hello; echo ${#x}', '5\n'],
  ['x=hello; echo ${x:1:3} ${x/l/L} ${x//l/L}', 'ell heLlo heLLo\n'],
  ['x="a  b"; echo $x "$x"', 'a b a  b\n'],
  ['set -- one "two three"; for a in "$@"; do echo "[$a]"; done; echo $# $1', '[one]\n[two three]\n2 one\n'],
  ['set -- a b; echo "$*"; IFS=-; echo "$*"', 'a b\na-b\n'],
  ['set --; for a in "$@"; do echo never; done; echo "[$*]"', '[]\n'],
  ['IFS=:; x=a:b::c; for p in $x; do echo "[$p]"; done', '[a]\n[b]\n[]\n[c]\n'],
  ['echo "$(echo inner)" `echo back`', 'inner back\n'],
  ['x=$(printf "a\\n\\n"); echo "[$x]"', '[a]\n'],
  ['echo $(echo $(echo nested))', 'nested\n'],
  ['echo "$(( 1 + 2 * 3 ))" $((7 / 2)) $((7 % 3)) $((2 > 1)) $((1 << 4)) $((~0))', '7 3 1 1 16 -1\n'],
  ['i=5; echo $((i++)) $i $((++i)) $((i += 10)) $i', '5 6 7 17 17\n'],
  ['x=3; y="x+1"; echo $((y * 2)) $(($x * 2)) $((0x1f)) $((010))', '8 6 31 8\n'],
  ['echo $((1 ? 2 : 3)) $((0 || 5)) $((1 && 0)) $((-3 / 2))', '2 1 0 -1\n'],
  ['echo ~ ~/x', '/root /root/x\n'],
  ['cd /tmp; touch a.txt b.txt c.log; echo *.txt *.nothing "*"', 'a.txt b.txt *.nothing *\n'],
  ['cd /tmp; touch f1 f2 f3; echo f[12] f? f[!1]', 'f1 f2 f1 f2 f3 f2 f3\n'],
  ['echo a\\ b "a\\"b" \'a\\b\'', 'a b a"b a\\b\n'],
  ['echo "tab	end" $\'x\\ty\'', 'tab	end x	y\n'],
  ['echo {a,b} {1..3}', '{a,b} {1..3}\n'],
  ['x=5; echo "$x%" ${x}th $xth', '5% 5th\n'],
  ['echo "a$"; echo $', 'a$\n$\n'],
])

check('functions and scope', [
  ['f() { echo "f $1 $#"; }; f a b', 'f a 2\n'],
  ['f() { return 4; }; f; echo $?', '4\n'],
  ['f() { local x=in; echo $x; }; x=out; f; echo $x', 'in\nout\n'],
  ['f() { x=changed; }; x=before; f; echo $x', 'changed\n'],
  ['x=1; (x=2; echo $x); echo $x', '2\n1\n'],
  ['x=1; echo a | x=2; echo $x', '1\n'],
  ['f() { echo "$@"; }; f "a b" c', 'a b c\n'],
  ['fact() { [ $1 -le 1 ] && echo 1 || echo $(( $1 * $(fact $(( $1 - 1 ))) )); }; fact 5', '120\n'],
  ['f() { f; }; f', '', 139],
  ['x=1 sh -c \'echo $x\'; echo "[$x]"', '1\n[]\n'],
  ["export X=1; sh -c 'echo $X'; Y=2; sh -c 'echo [$Y]'", '1\n[]\n'],
  ['unset HOME; echo "[$HOME]"', '[]\n'],
  ['readonly r=1; r=2; echo no', 'sh: r: is read only\n', 2],
  ['eval "a=1; echo \\$a"', '1\n'],
  ['echo "echo sourced; v=7" > /tmp/s; . /tmp/s; echo $v', 'sourced\n7\n'],
  ['set -- a b c; shift; echo $1 $#', 'b 2\n'],
])

check('options', [
  ['set -e; false; echo no', '', 1],
  ['set -e; false || true; if false; then :; fi; ! true; echo yes', 'yes\n'],
  ['set -e; (false; echo no); echo never', '', 1],
  ['set -e; x=$(false); echo never', '', 1],
  ['set -u; echo $nothing; echo no', 'sh: nothing: parameter not set\n', 2],
  ['set -x; a=1; echo "$a b"', "+ a=1\n+ echo '1 b'\n1 b\n"],
  ['set -f; echo /*', '/*\n'],
  ['set -o pipefail; false | true; echo $?', '1\n'],
  ['false | true; echo $?', '0\n'],
  ['echo ${x:?must be set}; echo no', 'sh: x: must be set\n', 2],
])

check('redirections and here-documents', [
  ['echo a > /tmp/f; echo b >> /tmp/f; cat /tmp/f', 'a\nb\n'],
  ['echo err >&2 2>/dev/null; ls /nope 2>&1', 'err\nls: /nope: No such file or directory\n', 1],
  ['ls /nope 2>/dev/null; echo $?', '1\n'],
  ['cat <<EOF\nhello $HOSTNAME\n$((1+1))\nEOF', 'hello web\n2\n'],
  ["cat <<'EOF'\nhello $HOSTNAME\nEOF", 'hello $HOSTNAME\n'],
  ['cat <<-EOF\n\tindented\n\tEOF', 'indented\n'],
  ['cat <<EOF\n\\$HOME \\`x\\` \\\\ \\n "\\$a"\nEOF', '$HOME `x` \\ \\n "$a"\n'],
  ['while read a b; do echo "$b-$a"; done <<EOF\n1 one\n2 two three\nEOF', 'one-1\ntwo three-2\n'],
  ['read x < /etc/hostname; echo $x', 'web\n'],
  ['exec 3>/tmp/out; echo three >&3; exec 3>&-; cat /tmp/out', 'three\n'],
  ['{ echo a; echo b >&2; } > /tmp/o 2>&1; cat /tmp/o', 'a\nb\n'],
  ['echo x > /no/such/dir/f; echo $?', "sh: can't create /no/such/dir/f: nonexistent directory\n1\n"],
  ['cat < /no/file; echo $?', "sh: can't open /no/file: no such file\n1\n"],
  ['> /tmp/empty; ls -s /tmp/empty | cut -d" " -f2; [ -s /tmp/empty ]; echo $?', '/tmp/empty\n1\n'],
  ['echo hook >> /proc/1/fd/1', 'hook\n'],
  ['echo to-stderr > /dev/stderr; echo to-null > /dev/null', 'to-stderr\n'],
  ['echo hi | tee /tmp/t | cat; cat /tmp/t', 'hi\nhi\n'],
])

check('pipes and jobs', [
  ['echo hello | tr a-z A-Z | rev', 'OLLEH\n'],
  ['seq 1 5 | while read n; do echo "n$n"; done | tail -2', 'n4\nn5\n'],
  ['yes | head -2', 'y\ny\n'],
  ['(sleep 2; echo late) & echo early; wait; echo done', 'early\nlate\ndone\n'],
  ['sleep 1 & p=$!; wait $p; echo $?', '0\n'],
  ['(exit 3) & wait $!; echo $?', '3\n'],
  ['sh -c "kill -9 \\$\\$"; echo $?', 'Killed\n137\n'],
  ['sh -c "kill -TERM \\$\\$"; echo $?', 'Terminated\n143\n'],
  ['sleep 100 & kill $!; wait $!; echo $?', '143\n'],
  ['kill -0 $$ && echo alive; kill -0 9999; echo $?', "alive\nsh: can't kill pid 9999: No such process\n1\n"],
  ['kill -l 15; kill -l TERM', 'TERM\n15\n'],
  ["echo $$; sh -c 'echo $PPID'; true", '1\n1\n'],
])

check('traps', [
  ["trap 'echo bye' EXIT; echo hi", 'hi\nbye\n'],
  ["trap 'echo bye; exit 9' EXIT; exit 3", 'bye\n', 9],
  ["trap 'echo got' USR1; kill -USR1 $$; echo after", 'got\nafter\n'],
  ["trap '' TERM; kill -TERM $$; echo survived", 'survived\n'],
  ["trap 'echo x' TERM; trap - TERM; trap; echo none", 'none\n'],
  ["trap 'echo int' INT; trap", "trap -- 'echo int' INT\n"],
  ["trap 'echo t' TERM; (trap; kill -TERM $$); sleep 0.1; echo end", 't\nend\n'],
])

check('read, printf, test', [
  ['echo "a b c" | { read x y; echo "$y|$x"; }', 'b c|a\n'],
  ['echo \'a\\tb\' | { read -r x; echo "$x"; }', 'a\\tb\n'],
  ['echo a:b | { IFS=: read x y; echo $y; }', 'b\n'],
  ['printf "%s-%d|%5s|%-5s|%05d|%x\\n" s 42 r l 7 255', 's-42|    r|l    |00007|ff\n'],
  ['printf "%s\\n" a b c', 'a\nb\nc\n'],
  ['printf "%.2f %c %%\\n" 3.14159 xyz', '3.14 x %\n'],
  ['printf "no newline"', 'no newline\n'],
  ['echo -e "a\\tb\\nc"; echo -n x; echo -en "\\n"', 'a\tb\nc\nx\n'],
  ['[ 1 -eq 1 ] && [ a != b ] && [ -z "" ] && [ -n x ] && echo all', 'all\n'],
  ['[ -d /tmp ] && [ ! -e /nope ] && [ -f /etc/hosts ] && [ -x /bin/sh ] && echo files', 'files\n'],
  ['[ 1 -lt 2 -a 3 -gt 2 ] && [ 1 -eq 2 -o 2 -eq 2 ] && echo logic', 'logic\n'],
  ['[ a -eq 1 ]; echo $?', 'sh: a: bad number\n2\n'],
  ['[ a b ]; echo $?', 'sh: b: unknown operand\n2\n'],
  ['[ 1 -eq 1; echo $?', 'sh: missing ]\n2\n'],
  ['[[ -e /tmp && abc == a* ]] && echo yes', 'yes\n'],
  ['test $((5 - 2)) -ge 3 && echo ge', 'ge\n'],
])

check('errors in the words of ash', [
  ['foo; echo $?', 'sh: foo: not found\n127\n'],
  ['/tmp/foo; echo $?', 'sh: /tmp/foo: not found\n127\n'],
  ['touch /tmp/f; /tmp/f; echo $?', 'sh: /tmp/f: Permission denied\n126\n'],
  ['cd /nope; echo $?', "sh: cd: line 0: can't cd to /nope: No such file or directory\n2\n"],
  ['if; then', 'sh: syntax error: unexpected ";"\n', 2],
  ['echo "abc', 'sh: syntax error: unterminated quoted string\n', 2],
  ['done', 'sh: syntax error: unexpected "done"\n', 2],
  ['for i in 1 2; do echo $i', 'sh: syntax error: unexpected end of file (expecting "done")\n', 2],
  ['echo one\nfi', 'one\nsh: syntax error: unexpected "fi"\n', 2],
  ['echo $((1/0)); echo no', 'sh: divide by zero\n', 2],
  ['echo $((1+)); echo no', 'sh: arithmetic syntax error\n', 2],
  ['x=a; while true; do x=$x$x; done', '', 137],
])

check(
  'errors in the words of dash',
  [
    ['foo', 'sh: 1: foo: not found\n', 127],
    ['echo a\nfoo', 'a\nsh: 2: foo: not found\n', 127],
    ['cd /nope', "sh: 1: cd: can't cd to /nope\n", 2],
    ['cat < /no/file', 'sh: 1: cannot open /no/file: No such file\n', 2],
    ['echo x > /no/f', 'sh: 1: cannot create /no/f: Directory nonexistent\n', 2],
    ['[[ -e /tmp ]]', 'sh: 1: [[: not found\n', 127],
    ['fi', 'sh: 1: Syntax error: "fi" unexpected\n', 2],
    ['echo "a\\tb"; echo -e x', 'a\tb\n-e x\n'],
    ['set -u; echo $no', 'sh: 1: no: parameter not set\n', 2],
    ['echo $((1/0))', 'sh: 1: arithmetic expression: division by zero: "1/0"\n', 2],
  ],
  'debian:12',
)

const inBash = (text: string): string => sh(`bash -c '${text.replaceAll("'", "'\\''")}'; echo $?`, { image: 'debian:12' }).output

it.each([
  ["echo 'a b", "bash: -c: line 1: unexpected EOF while looking for matching `''\n"],
  ['echo one\nfi', "one\nbash: -c: line 2: syntax error near unexpected token `fi'\nbash: -c: line 2: `fi'\n"],
  ['a | | b', "bash: -c: line 1: syntax error near unexpected token `|'\nbash: -c: line 1: `a | | b'\n"],
  ['echo $(ls', 'bash: -c: line 1: unexpected EOF while looking for matching `)\'\n'],
  ['for i in 1; do echo\n', 'bash: -c: line 2: syntax error: unexpected end of file\n'],
])('bash cannot read %j, and says why', (text, said) => {
  expect(inBash(text)).toBe(`${said}2\n`)
})

check(
  'bash',
  [
    ['foo', 'bash: line 1: foo: command not found\n', 127],
    ['/no/foo', 'bash: line 1: /no/foo: No such file or directory\n', 127],
    ['echo {a,b}{1..2} {01..03}', 'a1 a2 b1 b2 01 02 03\n'],
    [
      'a=(x "y z"); echo ${a[1]} ${#a[@]} "${a[@]}"; a+=(w); echo ${a[-1]}; for e in "${a[@]}"; do echo "[$e]"; done',
      'y z 2 x y z\nw\n[x]\n[y z]\n[w]\n',
    ],
    ['for ((i = 0; i < 3; i++)); do echo $i; done', '0\n1\n2\n'],
    ['((5 > 3)) && echo yes; i=1; ((i++)); echo $i; let i+=5; echo $i', 'yes\n2\n7\n'],
    ['[[ abc =~ ^a(.)c$ ]] && echo ${BASH_REMATCH[1]}', 'b\n'],
    ['x=Hello; echo ${x^^} ${x,,} ${x:0:1}', 'HELLO hello H\n'],
    ['echo "$(< /etc/hostname)" $(</etc/hostname)', 'web web\n'],
    ['false | true | (exit 3); echo ${PIPESTATUS[0]} ${PIPESTATUS[@]}', '1 1 0 3\n'],
    ['diff <(echo a) <(echo b)', '--- /dev/fd/63\n+++ /dev/fd/64\n@@ -1 +1 @@\n-a\n+b\n', 1],
    ['set -u; echo $no', 'bash: line 1: no: unbound variable\n', 127],
    ['cat <<< "here string"', 'here string\n'],
    ['read -r a b <<< "1 2 3"; echo "$b"', '2 3\n'],
    ['IFS=, read -ra q <<< "a,b,,c"; echo ${#q[@]} "${q[2]}|${q[3]}"; read -ra r <<< "  a  b "; echo ${#r[@]}; printf "%q\\n" "a b"', '4 |c\n2\na\\ b\n'],
    ['function f { echo "in $FUNCNAME f"; }; f', 'in  f\n'],
    ['echo $((2 ** 10)) $RANDOM_NOT', '1024\n'],
    [
      'mapfile -t lines < <(echo x; echo y); echo "${lines[1]}"; cat <(echo from) <(echo process)',
      'y\nfrom\nprocess\n',
    ],
    ['while read l; do n=$((n+1)); done < <(seq 3); echo $n', '3\n'],
    ['declare -A m=([a]=1 [b]="two words"); m[c]=3; echo ${#m[@]}; for k in "${!m[@]}"; do echo "$k=${m[$k]}"; done', '3\na=1\nb=two words\nc=3\n'],
    ['declare -A m; m[x]+=1; m[x]+=2; k=x; echo ${m[$k]} ${m[y]:-none}', '12 none\n'],
    ['declare -A m=([a]=1 [b]=2); unset "m[a]"; echo "${!m[@]}"; [[ -v m[b] ]] && [[ ! -v m[a] ]] && echo right', 'b\nright\n'],
    ['declare -A n; for w in a b a; do n[$w]=$(( ${n[$w]:-0} + 1 )); done; echo ${n[a]} ${n[b]}', '2 1\n'],
    ['f() { local -A q=([x]=1); echo ${q[x]}; }; f', '1\n'],
    ['a=(x y [5]=z w); echo "${!a[@]} ${a[-1]}"; i=1; a[i+1]=q; a+=(end); echo "${a[@]}"', '0 1 5 6 w\nx y q z w end\n'],
    ['declare -i n=5; n=n+1; printf -v s "%03d" 7; echo $s', '007\n'],
  ],
  'bash:5',
  'bash',
)
