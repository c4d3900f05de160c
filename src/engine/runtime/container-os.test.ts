import { describe, expect, it, test } from 'vitest'
import { FileSystem } from './filesystem.ts'
import { ProcessTable } from './process/process-table.ts'
import { Lab, LAB_START, sh } from './testing/lab.ts'

/** Starts a command, sends TERM after ten seconds, and tells what was printed and when it ended (within 40 s of TERM). */
function terminated(command: string[], image = 'busybox:1.36') {
  const lab = new Lab({ command, image }).start().until(10_000)
  lab.os.signal('TERM')
  lab.until(50_000, () => lab.exit !== undefined)
  return {
    output: lab.output,
    exitCode: lab.exit?.exitCode,
    after: lab.exitedAt === undefined ? undefined : lab.exitedAt - 10_000,
  }
}

describe('process 1 and TERM', () => {
  it.each([
    ['sleep has no handler, so it is not minded', ['sleep', '3600']],
    ['nor by a shell without a trap', ['sh', '-c', 'while true; do sleep 1; done']],
    ['a trap that is empty ignores it', ['sh', '-c', "trap '' TERM; while true; do sleep 0.2; done"]],
    ['tail -f ignores it', ['tail', '-f', '/dev/null']],
  ])('%s', (_, command) => {
    expect(terminated(command).exitCode).toBeUndefined()
  })

  test('a trap runs when the command in the foreground has ended', () => {
    const { output, exitCode, after } = terminated([
      'sh',
      '-c',
      "trap 'echo got TERM; sleep 2; exit 0' TERM; while true; do sleep 1; done",
    ])
    expect({ output, exitCode }).toEqual({ output: 'got TERM\n', exitCode: 0 })
    expect(after).toBeGreaterThanOrEqual(2_000)
    expect(after).toBeLessThan(3_100)
  })

  test('a trap runs at once when the shell waits for a job', () => {
    const { exitCode, after } = terminated(['sh', '-c', "trap 'exit 3' TERM; sleep 3600 & wait"])
    expect({ exitCode, after }).toEqual({ exitCode: 3, after: 0 })
  })

  test('exec gives the signals to the program', () => {
    expect(terminated(['sh', '-c', 'exec nginx -g "daemon off;"'], 'nginx')).toMatchObject({ exitCode: 0, after: 0 })
  })

  test('what is not process 1 dies of TERM: 143', () => {
    const lab = new Lab({ command: ['sh', '-c', 'sleep 3600; echo $?'] }).start().until(1_000)
    lab.exec(['pkill', 'sleep'])
    lab.run()
    expect(lab.output).toBe('Terminated\n143\n')
  })

  test('not even KILL from inside ends process 1; from outside it is 137', () => {
    const lab = new Lab({ command: ['sleep', '3600'] }).start().until(1_000)
    expect(lab.exec(['sh', '-c', 'kill -9 1; echo sent']).stdout).toBe('sent\n')
    expect(lab.exit).toBeUndefined()
    lab.os.signal('SIGKILL')
    lab.until(2_000)
    expect(lab.exit).toEqual({ exitCode: 137, signal: 9 })
  })

  test('with a shared process table /pause is process 1, all see each other, and nobody is shielded', () => {
    const processTable = new ProcessTable({ shared: true })
    const lab = new Lab({ command: ['sleep', '3600'], processTable })
    lab.neighbour('nginx', { id: 'nginx', image: 'nginx', processTable })
    lab.start().until(1_000)
    const { stdout } = lab.exec(['ps'])
    expect(stdout.split('\n').map((l) => l.slice(21))).toEqual([
      'COMMAND',
      '/pause',
      'nginx: master process nginx -g daemon off;',
      'sleep 3600',
      'nginx: worker process',
      'ps',
      '',
    ])
    expect(lab.exec(['sh', '-c', 'head -3 /proc/2/root/etc/nginx/nginx.conf']).stdout).toContain('user  nginx;')
    expect(lab.exec(['sh', '-c', 'kill -9 1; kill -HUP 2; sleep 1; pgrep nginx | wc -l']).stdout).toBe('2\n')
    lab.os.signal('TERM')
    lab.until(5_000)
    expect(lab.exit).toEqual({ exitCode: 143, signal: 15 })
  })
})

describe('starting', () => {
  const failing = (command: string[], image = 'busybox:1.36') => new Lab({ command, image }).os.start().error
  const runc =
    'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: '

  it.each([
    [
      ['/bin/no-such-program'],
      'exec: "/bin/no-such-program": stat /bin/no-such-program: no such file or directory: unknown',
    ],
    [['nosuch'], 'exec: "nosuch": executable file not found in $PATH: unknown'],
    [['/etc/hostname'], 'exec: "/etc/hostname": permission denied: unknown'],
    [['/tmp'], 'exec: "/tmp": is a directory: unknown'],
  ])('%s fails in the words of runc', (command, message) => {
    expect(failing(command)).toEqual({ exitCode: 128, message: runc + message })
  })

  test('args follow the entry point of the image; a command replaces entry point and cmd', () => {
    const argv = (o: object) => new Lab(o).start().until(100).os.processes()[0]!.argv
    expect(argv({ image: 'redis', args: ['--port', '7000'] })).toEqual(['redis-server', '--port', '7000'])
    expect(argv({ image: 'nginx', command: ['sleep'], args: ['5'] })).toEqual(['sleep', '5'])
    expect(argv({ image: 'busybox', args: ['sleep', '7'] })).toEqual(['sleep', '7'])
  })

  test('an image without a command to run cannot start', () => {
    expect(failing(undefined as never, 'gcr.io/distroless/static')?.message).toContain('no command specified')
  })

  test.each([
    ['/etc/passwd', 'unable to start container process: error during container init: mkdir /etc/passwd: not a directory: unknown'],
    ['/etc/passwd/below', 'unable to start container process: error during container init: mkdir /etc/passwd: not a directory: unknown'],
    ['work', 'Cwd must be an absolute path: unknown'],
  ])('a working directory that cannot be one: %s', (workingDir, why) => {
    const { error } = new Lab({ command: ['pwd'], workingDir }).os.start()
    expect(error).toEqual({ exitCode: 128, message: `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ${why}` })
  })

  test('nothing is called back before the kernel runs', () => {
    const lab = new Lab({ command: ['echo', 'hi'] }).start()
    expect(lab.lines).toEqual([])
    lab.run()
    expect(lab.output).toBe('hi\n')
  })

  test.each([
    [undefined, 'open'],
    [80, 'open'],
    [81, 'Permission denied'],
  ])('a user without capabilities at port 80, where ports from %s on are free: %s', (lowestFreePort, words) => {
    expect(sh('nc -l -p 80 -e true & sleep 1; nc -z localhost 80 && echo open', { user: 1000, capabilities: 0n, lowestFreePort }).output).toContain(words)
  })

  test('the surroundings: environment, working directory, user', () => {
    const lab = sh('pwd; echo $GREETING $HOME; id -u; id -g; id -G; touch /root/x', {
      workingDir: '/work',
      env: { GREETING: 'hello' },
      user: 1000,
      group: 3000,
      supplementalGroups: [2000],
    })
    expect(lab.output).toBe('/work\nhello /\n1000\n3000\n2000 3000\ntouch: /root/x: Permission denied\n')
  })

  test('groups of the image count for its users, unless the pod is strict', () => {
    expect(sh('id', {}).output).toBe('uid=0(root) gid=0(root) groups=0(root),10(wheel)\n')
    expect(sh('id', { ignoresImageGroups: true }).output).toBe('uid=0(root) gid=0(root) groups=0(root)\n')
    expect(sh('id', { user: 1000 }).output).toBe('uid=1000 gid=0(root) groups=0(root)\n')
  })
})

describe('exec', () => {
  const box = () => new Lab({ command: ['sh', '-c', 'touch /tmp/healthy; sleep 3600'] }).start().until(100)

  test('gives output and exit code, as a probe needs them', () => {
    const lab = box()
    expect(lab.exec(['cat', '/tmp/healthy'])).toMatchObject({ exitCode: 0, stdout: '', stderr: '' })
    expect(lab.exec(['cat', '/tmp/sick'])).toMatchObject({
      exitCode: 1,
      stderr: "cat: can't open '/tmp/sick': No such file or directory\n",
    })
    expect(lab.exec(['sh', '-c', 'echo out; echo err >&2; exit 3'])).toMatchObject({
      exitCode: 3,
      stdout: 'out\n',
      stderr: 'err\n',
    })
  })

  test('a command that does not exist', () => {
    expect(box().exec(['nope'])).toMatchObject({
      exitCode: 127,
      error:
        'OCI runtime exec failed: exec failed: unable to start container process: exec: "nope": executable file not found in $PATH: unknown',
    })
  })

  test('does not write to the log, but may by way of process 1', () => {
    const lab = box()
    lab.exec(['sh', '-c', 'echo silent; echo hook > /proc/1/fd/1'])
    expect(lab.output).toBe('hook\n')
  })

  test('takes its time, and can be killed', () => {
    const lab = box()
    expect(lab.exec(['sleep', '3']).tookMs).toBeGreaterThanOrEqual(3_000)
    let exitCode: number | undefined
    const id = lab.os.exec(['sleep', '60'], {}, (r) => (exitCode = r.exitCode))
    lab.until(5_000)
    lab.os.killExec(id)
    lab.until(5_100)
    expect(exitCode).toBe(137)
    expect(lab.os.processes().map((p) => p.argv.join(' '))).toEqual(
      ['sh -c touch /tmp/healthy; sleep 3600', 'sleep 3600'].slice(-1),
    )
  })

  test('reads standard input', () => {
    expect(box().exec(['sh', '-c', 'read a; echo "got $a"; cat'], { stdin: 'one\ntwo\n' }).stdout).toBe(
      'got one\ntwo\n',
    )
    expect(box().exec(['sh'], { stdin: 'x=1\nif [ $x = 1 ]; then\necho yes\nfi\n' }).stdout).toBe('yes\n')
  })

  test('ends with the container', () => {
    const lab = new Lab({ command: ['sleep', '2'] }).start().until(100)
    expect(lab.exec(['sleep', '60'])).toMatchObject({ exitCode: 137 })
    expect(lab.exit).toMatchObject({ exitCode: 0 })
  })

  test('a shell on a terminal: prompt, echo, ^C, exit', () => {
    const lab = box()
    let screen = ''
    let exitCode: number | undefined
    const id = lab.os.exec(
      ['sh'],
      { tty: true, interactive: true, onOutput: (_, text) => (screen += text) },
      (r) => (exitCode = r.exitCode),
    )
    const type = (keys: string) => {
      lab.os.execInput(id, keys)
      lab.until(lab.elapsed + 50)
    }
    lab.until(lab.elapsed + 50)
    expect(screen).toBe('/ # ')
    type('ecjo\x7f\x7fho hi\r')
    expect(screen).toContain('hi\r\n/ # ')
    screen = ''
    type('sleep 1000\r')
    expect(screen).toBe('sleep 1000\r\n')
    type('\x03')
    expect(screen).toContain('^C')
    expect(screen.endsWith('/ # ')).toBe(true)
    type('nosuch; exit 4\r')
    expect(screen).toContain('sh: nosuch: not found')
    expect(exitCode).toBe(4)
  })
})

describe('memory and CPU', () => {
  test('more than the limit ends in an OOM kill: 137', () => {
    const lab = sh('sleep 3; tail /dev/zero', { memoryLimitBytes: 32 * 1024 ** 2 })
    expect(lab.exit).toEqual({ exitCode: 137, signal: 9, oom: true })
    expect(lab.exitedAt).toBeGreaterThan(3_000)
    expect(lab.exitedAt).toBeLessThan(4_000)
  })

  test('stress fills its memory', () => {
    const run = (bytes: string, limit: number) =>
      new Lab({
        image: 'polinux/stress',
        command: ['stress'],
        args: ['--vm', '1', '--vm-bytes', bytes, '--vm-hang', '1'],
        memoryLimitBytes: limit,
      })
        .start()
        .until(20_000)
    expect(run('250M', 100 * 1024 ** 2).exit).toMatchObject({ exitCode: 137, oom: true })
    const fits = run('150M', 200 * 1024 ** 2)
    expect(fits.exit).toBeUndefined()
    expect(fits.os.usage().memoryBytes / 1024 ** 2).toBeGreaterThan(150)
  })

  test('a line that does not end is held in memory', () => {
    const run = (script: string): unknown => sh(script, { memoryLimitBytes: 20 * 1024 ** 2 }).exit
    expect(run('cat /dev/zero | head -c 40000000 | tail')).toEqual({ exitCode: 137, signal: 9, oom: true })
    expect(run('yes | head -c 4000000 | tail -n 1')).toMatchObject({ exitCode: 0 })
  })

  test('what lies in a volume of memory counts', () => {
    const source = new FileSystem({ now: () => LAB_START, inMemory: true })
    const mounts = [{ path: '/cache', source, readOnly: false }]
    const lab = sh('dd if=/dev/zero of=/cache/f bs=1M count=50 2>/dev/null; echo done', {
      memoryLimitBytes: 32 * 1024 ** 2,
      mounts,
    })
    expect(lab.exit).toEqual({ exitCode: 137, signal: 9, oom: true })
  })

  test('a volume of memory is a tmpfs as large as its limit, or as the memory', () => {
    const limited = new FileSystem({ now: () => LAB_START, inMemory: true, capacityBytes: 16 * 1024 ** 2 })
    const [free, disk] = [new FileSystem({ now: () => LAB_START, isTmpfs: true }), new FileSystem({ now: () => LAB_START })]
    const mounts = [{ path: '/cache', source: limited, readOnly: false }, { path: '/keys', source: free, readOnly: true }, { path: '/data', source: disk, readOnly: false }]
    const lab = new Lab({ image: 'busybox:1.36', command: ['sleep', '60'], mounts, nodeMemoryBytes: 8 * 1024 ** 3 }).start().until(1000)
    expect(lab.exec(['mount']).stdout.split('\n').slice(3, 6)).toEqual([
      'tmpfs on /cache type tmpfs (rw,relatime,size=16384k)', 'tmpfs on /keys type tmpfs (ro,relatime,size=8388608k)', '/dev/sda1 on /data type ext4 (rw,relatime)',
    ])
    const rows = lab.exec(['df', '/cache', '/keys', '/data']).stdout.trim().split('\n').slice(1).map((row) => row.split(/ +/))
    expect(rows.map(([name, size]) => [name, size])).toEqual([['tmpfs', '16384'], ['tmpfs', '8388608'], ['/dev/sda1', '104857600']])
  })

  test('a shell and sleep fit into four megabytes', () => {
    expect(
      new Lab({ command: ['sh', '-c', 'while true; do sleep 1; done'], memoryLimitBytes: 4 * 1024 ** 2 })
        .start()
        .until(5_000).exit,
    ).toBeUndefined()
  })

  test('an endless loop costs CPU time and few events', () => {
    const lab = new Lab({ command: ['sh', '-c', 'while true; do :; done'] }).start().until(60_000)
    expect(lab.os.usage().cpuMs).toBeGreaterThan(58_000)
    expect(lab.kernel.tasksRun).toBeLessThan(60 * 15)
  })

  test('a loop that changes something is no different', () => {
    const lab = new Lab({ command: ['sh', '-c', 'while true; do i=$((i+1)); done'] }).start().until(20_000)
    expect(lab.os.usage().cpuMs).toBeGreaterThan(19_000)
    expect(lab.kernel.tasksRun).toBeLessThan(20 * 15)
  })

  test('a limit throttles', () => {
    const loop = 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done'
    const free = sh(loop).exitedAt!
    const half = sh(loop, { cpuLimitMillis: 500 }).exitedAt!
    expect(half / free).toBeGreaterThan(1.7)
    expect(half / free).toBeLessThan(2.1)
  })

  test('a log that is written without end is held up', () => {
    const lab = new Lab({ command: ['yes'] }).start().until(10_000)
    expect(lab.lines.length).toBeGreaterThan(1_000)
    expect(lab.lines.length).toBeLessThan(4_000)
  })

  test('a fork bomb hits a limit instead of the page', () => {
    const lab = new Lab({ image: 'bash:5', command: ['bash', '-c', ':(){ :|:& };:; sleep 5'] }).start().until(3_000)
    expect(lab.os.processes().length).toBeLessThanOrEqual(2_048)
    expect(lab.output).toContain('Resource temporarily unavailable')
  })
})

describe('files', () => {
  const volume = (files: Record<string, string>) => {
    const fs = new FileSystem({ now: () => LAB_START })
    for (const [path, text] of Object.entries(files)) fs.writeText(path, text)
    return fs
  }

  test('two containers share a volume, not their roots', () => {
    const source = volume({})
    const writer = sh('echo hello > /data/f; echo own > /own', { mounts: [{ path: '/data', source, readOnly: false }] })
    expect(writer.exit?.exitCode).toBe(0)
    const reader = sh('cat /out/f; ls /own', { mounts: [{ path: '/out', source, readOnly: true }] })
    expect(reader.output).toBe('hello\nls: /own: No such file or directory\n')
  })

  test('read-only mounts and roots', () => {
    const mounts = [{ path: '/conf', source: volume({ key: 'v' }), readOnly: true }]
    expect(sh('cat /conf/key; echo; echo x > /conf/key; rm /conf/key', { mounts }).output).toBe(
      "v\nsh: can't create /conf/key: Read-only file system\nrm: can't remove '/conf/key': Read-only file system\n",
    )
    expect(
      sh('touch /x; touch /tmp/y; echo log > /dev/termination-log && echo ok', { readOnlyRootFilesystem: true }).output,
    ).toBe('touch: /x: Read-only file system\ntouch: /tmp/y: Read-only file system\nok\n')
  })

  test('subPath mounts one file or directory', () => {
    const source = volume({ 'app.conf': 'a=1\n', 'dir/inner': 'deep\n' })
    const lab = sh('cat /etc/app.conf /d/inner; ls /etc/app.conf', {
      mounts: [
        { path: '/etc/app.conf', source, subPath: 'app.conf', readOnly: true },
        { path: '/d', source, subPath: 'dir', readOnly: true },
      ],
    })
    expect(lab.output).toBe('a=1\ndeep\n/etc/app.conf\n')
  })

  test('a volume at /var/run/... is found, though /var/run is a symlink', () => {
    const mounts = [
      {
        path: '/var/run/secrets/kubernetes.io/serviceaccount',
        source: volume({ namespace: 'default' }),
        readOnly: true,
      },
    ]
    expect(sh('cat /var/run/secrets/kubernetes.io/serviceaccount/namespace', { image: 'debian', mounts }).output).toBe(
      'default\n',
    )
  })

  test('the termination message can be read afterwards', () => {
    expect(sh('echo Sleep expired > /dev/termination-log').os.files.readText('/dev/termination-log')).toBe(
      'Sleep expired\n',
    )
  })

  test('a full volume', () => {
    const source = new FileSystem({ now: () => LAB_START, capacityBytes: 1024 ** 2 })
    const lab = sh('dd if=/dev/zero of=/cache/f bs=1M count=5 status=none; echo $?', {
      mounts: [{ path: '/cache', source, readOnly: false }],
    })
    expect(lab.output).toBe("dd: error writing '/cache/f': No space left on device\n1\n")
  })

  test('what is written is counted, and told', () => {
    const lab = sh('dd if=/dev/zero of=/var/log/f bs=1M count=40 2>/dev/null')
    expect(lab.os.files.usedBytes).toBe(40 * 1024 ** 2)
    expect(sh('echo x > /a; rm /a').os.files.usedBytes).toBe(0)
  })
})

test('the same seed gives the same film', () => {
  const film = (seed: number) => {
    const lab = new Lab({
      seed,
      image: 'bash:5',
      command: ['bash', '-c', 'for i in 1 2 3; do echo $RANDOM; mktemp; sleep 0.$((RANDOM % 9)); done'],
    })
      .start()
      .run()
    return JSON.stringify([lab.lines, lab.exitedAt, lab.kernel.tasksRun])
  }
  expect(film(1)).toBe(film(1))
  expect(film(1)).not.toBe(film(2))
})
