import { describe, expect, it, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

const made = 'mkdir -p /d/sub; echo one > /d/a.txt; echo zwölf > /d/sub/b.txt; chmod 640 /d/a.txt; ln -s a.txt /d/link;'

function run(script: string, image = 'debian'): string {
  const lab = new Lab({ image, command: ['sleep', '100'] }).start().until(100)
  const { stdout, stderr, exitCode } = lab.exec(['sh', '-c', `${made} ${script}`])
  return `${stdout}${stderr}${exitCode === 0 ? '' : `[${exitCode}]`}`
}

describe('tar', () => {
  it.each([
    ['tar cf /t.tar -C /d . && tar tf /t.tar', './\n./a.txt\n./link\n./sub/\n./sub/b.txt\n'],
    ['cd /d; tar -czvf /t.tgz a.txt sub', 'a.txt\nsub/\nsub/b.txt\n'],
    ['tar czf /t.tgz /d/sub && tar tzf /t.tgz', "d/sub/\nd/sub/b.txt\ntar: Removing leading `/' from member names\n"],
    ['tar czf /t.tgz -C /d . && mkdir /o && tar xzf /t.tgz -C /o && cat /o/a.txt /o/sub/b.txt /o/link && stat -c %a /o/a.txt', 'one\nzwölf\none\n640\n'],
    ['tar cf - -C /d a.txt | tar xf - -C /tmp && cat /tmp/a.txt', 'one\n'],
    ['tar cf - -C /d . | gzip > /t.gz; gunzip -c /t.gz | tar tf - | wc -l', '5\n'],
    ['tar czf /t.tgz -C / d; tar xzf /t.tgz -C /tmp --strip-components=1; cat /tmp/sub/b.txt', 'zwölf\n'],
    ['tar cf /t.tar -C /d --exclude=sub .; tar tf /t.tar', './\n./a.txt\n./link\n'],
    ['tar cf /t.tar -C /d .; tar xf /t.tar -C /tmp ./sub/b.txt; ls /tmp', 'sub\n'],
    ['tar cf /t.tar -C /d .; tar xOf /t.tar ./a.txt', 'one\n'],
    ['tar cf /t.tar nope', "tar: nope: Cannot stat: No such file or directory\ntar: Exiting with failure status due to previous errors\n[2]"],
    ['tar xf /nope.tar', 'tar: /nope.tar: Cannot open: No such file or directory\ntar: Error is not recoverable: exiting now\n[2]'],
    ['tar xf /d/a.txt', 'tar: This does not look like a tar archive\ntar: Error is not recoverable: exiting now\n[2]'],
    ['tar cf /t.tar', 'tar: Cowardly refusing to create an empty archive\n[2]'],
  ])('%s', (script, printed) => expect(run(script)).toBe(printed))

  it.each([
    ['tar czf /t.tgz /d/a.txt', "tar: removing leading '/' from member names\n"],
    ['tar cf /t.tar nope', 'tar: nope: No such file or directory\ntar: error exit delayed from previous errors\n[1]'],
    ['tar xzf /d/a.txt', 'tar: invalid magic\n[1]'],
  ])("busybox': %s", (script, printed) => expect(run(script, 'busybox')).toBe(printed))
})

describe('gzip', () => {
  it.each([
    ['gzip /d/a.txt; ls /d; gunzip /d/a.txt.gz; cat /d/a.txt', 'a.txt.gz\nlink\nsub\none\n'],
    ['gzip -k /d/a.txt; zcat /d/a.txt.gz', 'one\n'],
    ['echo hi | gzip -c | gunzip', 'hi\n'],
    ['gzip -c /d/a.txt > /a.gz; gzip -dc /a.gz; ls /d/a.txt', 'one\n/d/a.txt\n'],
    ['gunzip /d/a.txt', 'gunzip: /d/a.txt: not in gzip format\n[1]'],
    ['gzip /nope', 'gzip: /nope: No such file or directory\n[1]'],
  ])('%s', (script, printed) => expect(run(script)).toBe(printed))
})

test('a backup of a database comes back', () => {
  const lab = new Lab({ image: 'postgres:16', env: { POSTGRES_PASSWORD: 'p' } }).start().until(20_000)
  expect(lab.exec(['bash', '-c', 'psql -qU postgres -c "create table t (a int); insert into t values (7)"; pg_dump -U postgres | gzip > /b.gz; psql -qU postgres -c "drop table t"; gunzip -c /b.gz | psql -qU postgres; psql -U postgres -tAc "select a from t"']).stdout).toBe('7\n')
})
