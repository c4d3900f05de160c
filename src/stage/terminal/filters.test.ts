import { describe, expect, test } from 'vitest'
import { filters } from './filters.ts'

const pods =
  'NAME   READY   STATUS    RESTARTS\nweb-1  1/1     Running   0\nweb-2  0/1     Pending   0\ndb     1/1     Running   3\n'

const run = (line: string, stdin = pods, files: Record<string, string> = {}) => {
  const [name = '', ...words] = line.split(' ').map((word) => word.replaceAll('_', ' '))
  return filters[name as keyof typeof filters](words, stdin, files)
}

describe('filters', () => {
  test.each<[string, string]>([
    ['grep Running', 'web-1  1/1     Running   0\ndb     1/1     Running   3\n'],
    ['grep -i running -c', '2\n'],
    ['grep -v web', 'NAME   READY   STATUS    RESTARTS\ndb     1/1     Running   3\n'],
    ['grep -n db', '4:db     1/1     Running   3\n'],
    ['grep -o web-[0-9]', 'web-1\nweb-2\n'],
    ['grep -E ^(db|web-2)', 'web-2  0/1     Pending   0\ndb     1/1     Running   3\n'],
    ['grep ^\\(db\\|web-2\\)', 'web-2  0/1     Pending   0\ndb     1/1     Running   3\n'],
    ['grep -F 1/1', 'web-1  1/1     Running   0\ndb     1/1     Running   3\n'],
    ['grep -A1 NAME', 'NAME   READY   STATUS    RESTARTS\nweb-1  1/1     Running   0\n'],
    ['grep -w web', 'web-1  1/1     Running   0\nweb-2  0/1     Pending   0\n'],
    ['grep -e Pend', 'web-2  0/1     Pending   0\n'],
    ['egrep web-2|db', 'web-2  0/1     Pending   0\ndb     1/1     Running   3\n'],
    ['head -n 1', 'NAME   READY   STATUS    RESTARTS\n'],
    ['head -1', 'NAME   READY   STATUS    RESTARTS\n'],
    ['head -n -3', 'NAME   READY   STATUS    RESTARTS\n'],
    ['tail -n 1', 'db     1/1     Running   3\n'],
    ['tail -1', 'db     1/1     Running   3\n'],
    ['tail -n +4', 'db     1/1     Running   3\n'],
    ['wc -l', '4\n'],
    ['wc -w', '16\n'],
    ['cut -c1-3', 'NAM\nweb\nweb\ndb \n'],
    ['cut -d_ -f1', 'NAME\nweb-1\nweb-2\ndb\n'],
    ['cat', pods],
    ['awk {print_$1}', 'NAME\nweb-1\nweb-2\ndb\n'],
    ['awk NR>1{print_$1,$NF}', 'web-1 0\nweb-2 0\ndb 3\n'],
    ['awk /Running/{print_$1"-"$4}', 'web-1-0\ndb-3\n'],
    ['awk $3=="Running"&&$4>0{print_$1}', 'db\n'],
    ['awk $3!~/Run/||NR==1', 'NAME   READY   STATUS    RESTARTS\nweb-2  0/1     Pending   0\n'],
    ['awk -F/ NR==2{print_$2}', '1     Running   0\n'],
    ['awk BEGIN{print_"a"}END{print_NR}', 'a\n4\n'],
    ['sed s/web/shop/', pods.replaceAll('web', 'shop')],
    ['sed -n 2p', 'web-1  1/1     Running   0\n'],
    ['sed 1d;$d', 'web-1  1/1     Running   0\nweb-2  0/1     Pending   0\n'],
    ['sed -n /Pend/,$p', 'web-2  0/1     Pending   0\ndb     1/1     Running   3\n'],
    ['sed -E -n s/^(web)-([0-9]).*/\\2&/p', '1web-1  1/1     Running   0\n2web-2  0/1     Pending   0\n'],
    ['awk -v p=web $1~p{n++}END{printf_"%d\\n",n}', '2\n'],
    ['awk {sum+=$4}END{print_sum}', '3\n'],
    ['awk {if($3=="Pending")_print_toupper($1);_else_next}', 'WEB-2\n'],
    ['sed -n /web/!p', 'NAME   READY   STATUS    RESTARTS\ndb     1/1     Running   3\n'],
    ['sed -e 1d -e s/[[:space:]].*//;3q', 'web-1\nweb-2\n'],
    ['grep -c [[:digit:]]/1', '3\n'],
    ['echo a b', 'a b\n'],
    ['echo -n a', 'a'],
  ])('%s', (line, stdout) => {
    expect(run(line)).toMatchObject({ stdout, stderr: '' })
  })

  test.each<[string, string, string]>([
    ['sort', 'b\na\nc', 'a\nb\nc\n'],
    ['sort -r', 'b\na\nc', 'c\nb\na\n'],
    ['sort -n', '10\n9\n1', '1\n9\n10\n'],
    ['sort -k2 -n', 'a 3\nb 1', 'b 1\na 3\n'],
    ['sort -u', 'a\na\nb', 'a\nb\n'],
    ['sort -k2,2 -k1nr', '1 b\n3 a\n2 b\n', '3 a\n2 b\n1 b\n'],
    ['sort -t: -k2 -n', 'a:10\nb:9\n', 'b:9\na:10\n'],
    ['sort -h', '1Gi\n20Mi\n', '20Mi\n1Gi\n'],
    ['cut -d: -f2- --output-delimiter=-', 'a:b:c\n', 'b-c\n'],
    ['tr -cd 0-9', 'a1b2\n', '12'],
    ['column -t', 'a bb c\n\naaa b\n', 'a    bb  c\naaa  b\n'],
    ['column -t -s : -o |', 'a::b\ncc:d\n', 'a |b\ncc|d\n'],
    ['column -c 20', 'a\nbb\nc\n', 'a\tc\nbb\n'],
    ['uniq -c', 'a\na\nb', '      2 a\n      1 b\n'],
    ['wc', 'a b\nc\n', '      2       3       6\n'],
    ['tr a-z A-Z', 'abc1\n', 'ABC1\n'],
    ['tr -s _', 'a   b\n', 'a b\n'],
    ['tr -d \\n', 'a\nb\n', 'ab'],
    ['base64', 'grün\n', 'Z3LDvG4K\n'],
    ['base64 -d', 'Z3LDvG4K', 'grün\n'],
    ['base64 --decode', 'YWRt\naW4=\n', 'admin'],
    ['head -c 4', 'grün\n', 'gr\u00fc'],
    ['tail -c 3', 'abcdef', 'def'],
    ['tail -c +3', 'abcdef', 'cdef'],
    ['base64 -w0', 'x'.repeat(60), `${'eHh4'.repeat(20)}`],
    ['base64', 'x'.repeat(60), `${'eHh4'.repeat(19)}\neHh4\n`],
    ['less', 'a\n', 'a\n'],
  ])('%s of %j', (line, stdin, stdout) => {
    expect(run(line, stdin)).toMatchObject({ stdout, exitCode: 0 })
  })

  test('files can be read and listed', () => {
    const files = { 'b.yaml': 'x: 1\n', 'a.yaml': 'y: 2\n' }
    expect(run('ls', '', files).stdout).toBe('a.yaml  b.yaml\n')
    expect(run('cat ./b.yaml a.yaml', '', files).stdout).toBe('x: 1\ny: 2\n')
    expect(run('cat c.yaml', '', files)).toEqual({
      stdout: '',
      stderr: 'cat: c.yaml: No such file or directory\n',
      exitCode: 1,
    })
    expect(run('grep y a.yaml', '', files).stdout).toBe('y: 2\n')
  })

  test('tee passes on what it writes', () => {
    expect(run('tee -a x y', 'a\n')).toMatchObject({ stdout: 'a\n', writes: [{ file: 'x', append: true, text: 'a\n' }, { file: 'y' }] })
  })

  test('what is wrong is said, and ends with a code', () => {
    // A token's parts have no padding: GNU says so, and prints what there is.
    expect(run('base64 -d', 'eyJhIjoxfQ')).toMatchObject({ stdout: '{"a":1}', stderr: 'base64: invalid input\n', exitCode: 1 })
    expect(run('base64 -d', 'YWJj-WJj')).toMatchObject({ stdout: 'abc', exitCode: 1 })
    expect(run('base64 -d', '*')).toMatchObject({ stderr: 'base64: invalid input\n', exitCode: 1 })
    expect(run('tr')).toMatchObject({ stderr: "tr: missing operand\nTry 'tr --help' for more information.\n", exitCode: 1 })
    expect(run('tr : --')).toMatchObject({ stderr: "tr: missing operand after ':'\nTwo strings must be given when translating.\nTry 'tr --help' for more information.\n" })
    expect(run('tr -d a b')).toMatchObject({ stderr: expect.stringContaining("extra operand 'b'\nOnly one string may be given") })
    expect(run('grep nothing')).toMatchObject({ stdout: '', exitCode: 1 })
    expect(run('grep -E (')).toMatchObject({ exitCode: 2, stderr: 'grep: Invalid regular expression\n' })
    expect(run('head -z')).toMatchObject({ stderr: "head: invalid option -- 'z'\n" })
    expect(run('wc --x')).toMatchObject({ stderr: "wc: unrecognized option '--x'\n" })
    expect(run('awk {print_systime()}')).toMatchObject({ exitCode: 2, stderr: 'awk: cmd. line:1: Call to undefined function\n' })
    expect(run('sed l')).toMatchObject({ exitCode: 1, stderr: 'sed: -e expression #1, char 1: unsupported command l\n' })
    expect(run('head -n x')).toMatchObject({ exitCode: 1 })
  })
})
