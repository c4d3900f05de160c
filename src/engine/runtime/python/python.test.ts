import { describe, expect, it, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

/** [program, what it prints, exit code (0 when left out)] */
const cases: readonly (readonly [program: string, output: string, exitCode?: number])[] = [
  ['print("hi", 1, 2.0, [1, "a"], {"k": None}, (1,), True)', "hi 1 2.0 [1, 'a'] {'k': None} (1,) True\n"],
  ['x = 3\nif x > 5:\n  print("big")\nelif x == 3:\n  print("three")\nelse:\n  print("small")', 'three\n'],
  ['import sys; sys.exit(42)', '', 42],
  ['import functools\n@functools.lru_cache(maxsize=None)\ndef fib(n):\n  return n if n < 2 else fib(n-1) + fib(n-2)\nprint(fib(70), functools.reduce(lambda a, b: a * b, [1, 2, 3, 4]), functools.partial(pow, 2)(5))', '190392490709135 24 32\n'],
  ['import functools\ndef loud(word):\n  def outer(f):\n    @functools.wraps(f)\n    def inner(*args):\n      return f(*args) + word\n    return inner\n  return outer\n@loud("!")\n@loud("?")\ndef hi(name):\n  return "hi " + name\nprint(hi("you"))', 'hi you?!\n'],
  ['class A:\n  n = 1\n  @property\n  def twice(self):\n    return self.n * 2\n  @staticmethod\n  def add(a, b):\n    return a + b\n  @classmethod\n  def make(cls):\n    return cls()\nprint(A.make().twice, A.add(1, 2), A().add(3, 4))', '2 3 7\n'],
  ['import itertools as it\nprint(list(it.chain([1], (2, 3))), list(it.islice(it.count(5), 3)), list(it.product("ab", repeat=2))[1], list(it.permutations([1, 2, 3], 2))[:2], len(list(it.combinations("abcd", 2))))', "[1, 2, 3] [5, 6, 7] ('a', 'b') [(1, 2), (1, 3)] 6\n"],
  ['from itertools import groupby, accumulate, chain\nfor k, g in groupby("aabbb"): print(k, len(list(g)))\nprint(list(accumulate([1, 2, 3])), list(chain.from_iterable([[1], [2]])), next(iter([7])), next(iter([]), "none"))', 'a 2\nb 3\n[1, 3, 6] [1, 2] 7 none\n'],
  ['class T:\n  def __enter__(self):\n    print("in")\n    return 5\n  def __exit__(self, *a): print("out")\nwith T() as a, T() as b:\n  print(a + b)', 'in\nin\n10\nout\nout\n'],
  ['import threading, time\nlock = threading.Lock()\ntotal = 0\ndef work(n):\n  global total\n  for i in range(3):\n    time.sleep(0.1)\n    with lock: total += n\n  print("done", n)\nts = [threading.Thread(target=work, args=(i,)) for i in (1, 2)]\nfor t in ts: t.start()\nprint(threading.active_count())\nfor t in ts: t.join()\nprint(total, ts[0].is_alive())', '3\ndone 1\ndone 2\n9 False\n'],
  ['import threading, time\ndef tick():\n  while True:\n    time.sleep(1)\n    print("tick")\nthreading.Thread(target=tick, daemon=True).start()\ntime.sleep(2.5)\nprint("end")', 'tick\ntick\nend\n'],
  ['import threading\ndef bad(): raise ValueError("no")\nthreading.Thread(target=bad).start()', 'Exception in thread Thread-1 (bad):\nTraceback (most recent call last):\n  File "<string>", line 2, in bad\n    def bad(): raise ValueError("no")\nValueError: no\n'],
  ['from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor(max_workers=2) as pool:\n  print(list(pool.map(lambda x: x * x, range(4))), pool.submit(pow, 2, 3).result())', '[0, 1, 4, 9] 8\n'],

  ['import sys\nsys.exit("bad")', 'bad\n', 1],
  ['print(7 / 2, 7 // 2, 7 % 3, 2 ** 10, -7 // 2, 1e3)', '3.5 3 1 1024 -4 1000.0\n'],
  ['for i in range(3): print(i, end=" ")\nprint()', '0 1 2 \n'],
  ['n = 0\nwhile True:\n    n += 1\n    if n == 2: continue\n    if n > 3: break\n    print(n)', '1\n3\n'],
  [
    'def f(a, b=2, *rest, **kw):\n  return a + b + len(rest) + kw.get("c", 0)\nprint(f(1), f(1, 1, 9, 9), f(1, c=5))',
    '3 4 8\n',
  ],
  [
    's = "Hello"\nprint(s.lower(), s[1:3], s[-1], len(s), s.replace("l", "L"), "ell" in s, s[::-1])',
    'hello el o 5 HeLLo True olleH\n',
  ],
  [
    'name = "x"; n = 3.14159\nprint(f"{name!r} {n:.2f} {5:>4}|{1+1}", "%s-%03d" % (name, 7), "{}:{k}".format(1, k=2))',
    "'x' 3.14    5|2 x-007 1:2\n",
  ],
  [
    'print([i * 2 for i in range(5) if i % 2], {k: v for k, v in [("a", 1)]}, sum([1, 2]), sorted([3, 1, 2], reverse=True))',
    "[2, 6] {'a': 1} 3 [3, 2, 1]\n",
  ],
  [
    'try:\n  int("x")\nexcept ValueError as e:\n  print("caught", e)\nfinally:\n  print("done")',
    "caught invalid literal for int() with base 10: 'x'\ndone\n",
  ],
  [
    'print(undefined)',
    'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    print(undefined)\n          ^^^^^^^^^\nNameError: name \'undefined\' is not defined\n',
    1,
  ],
  [
    'import nothing',
    'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    import nothing\nModuleNotFoundError: No module named \'nothing\'\n',
    1,
  ],
  ['if True\n  print(1)', '  File "<string>", line 1\n    if True\n    ^\nSyntaxError: expected \':\'\n', 1],
  [
    'import os\nprint(os.environ.get("GREETING"), os.environ["GREETING"], os.getenv("NO", "none"), os.path.exists("/tmp"))',
    'hello hello none True\n',
  ],
  [
    'import os\nos.environ["MISSING"]',
    'Traceback (most recent call last):\n  File "<string>", line 2, in <module>\n    os.environ["MISSING"]\n    ~~~~~~~~~~^^^^^^^^^^^\n  File "<frozen os>", line 716, in __getitem__\nKeyError: \'MISSING\'\n',
    1,
  ],
  [
    'with open("/tmp/f", "w") as f:\n  f.write("a\\nb\\n")\nfor line in open("/tmp/f").readlines(): print(line.strip())',
    'a\nb\n',
  ],
  [
    'open("/nope")',
    'Traceback (most recent call last):\n  File "<string>", line 1, in <module>\n    open("/nope")\n    ~~~~^^^^^^^^^\nFileNotFoundError: [Errno 2] No such file or directory: \'/nope\'\n',
    1,
  ],
  [
    'class A:\n  def __init__(self, n):\n    self.n = n\n  def twice(self):\n    return self.n * 2\nprint(A(4).twice())',
    '8\n',
  ],
  ['a, b = 1, 2\na, b = b, a\nprint(a, b)\nx = [1]\nx.append(2)\nprint(x, x.pop(), x)', '2 1\n[1] 2 [1]\n'],
  [
    'import json\nprint(json.dumps({"a": [1, True, None]}), json.loads(\'{"b": 1.5}\')["b"])',
    '{"a": [1, true, null]} 1.5\n',
  ],
  [
    'import time, datetime\nt = time.time()\ntime.sleep(1.5)\nprint(round(time.time() - t, 1), datetime.datetime.now().year)',
    '1.5 2026\n',
  ],
  ['raise SystemExit(3)', '', 3],
  [
    'def f(): return f()\nf()',
    `Traceback (most recent call last):\n  File "<string>", line 2, in <module>\n    f()\n    ~^^\n${'  File "<string>", line 1, in f\n    def f(): return f()\n                    ~^^\n'.repeat(3)}  [Previous line repeated 996 more times]\nRecursionError: maximum recursion depth exceeded\n`,
    1,
  ],
  ['def f(n):\n  for i in [1]:\n    return n and [f(n - 1)][0] + 1\nprint(f(998))', '998\n'],
  ['def f(n):\n  return n and f(n - 1)\ntry:\n  f(999)\nexcept RecursionError as e:\n  print(e)\nprint(f(998))', 'maximum recursion depth exceeded\n0\n'],
  ['import os; print(os.system("exit 3") >> 8)', '3\n'],
]

const python = (program: string, o: object = {}) =>
  new Lab({ image: 'python:3', command: ['python3', '-c', program], env: { GREETING: 'hello' }, ...o })

describe('programs', () => {
  for (const [program, output, exitCode = 0] of cases) {
    it(program, () => {
      const lab = python(program).start().run()
      expect({ output: lab.output, exitCode: lab.exit?.exitCode }).toEqual({ output, exitCode })
    })
  }
})

test('memory that is taken bit by bit ends in an OOM kill', () => {
  const lab = python('import time\nblocks = []\nwhile True:\n  blocks.append("x" * 10**7)\n  time.sleep(0.1)', {
    memoryLimitBytes: 100 * 1024 ** 2,
  })
    .start()
    .run(60_000)
  expect(lab.exit).toMatchObject({ exitCode: 137, oom: true })
  expect(lab.exitedAt).toBeGreaterThan(500)
})

test('an endless loop hangs nothing', () => {
  const lab = python('while True: pass').start().until(10_000)
  expect(lab.kernel.tasksRun).toBeLessThan(200)
})

test('as process 1 it does not mind TERM, unless it has a handler', () => {
  const ends = (program: string) => {
    const lab = python(program).start().until(1_000)
    lab.os.signal('TERM')
    return lab.until(5_000).exit?.exitCode
  }
  expect(ends('import time\ntime.sleep(3600)')).toBeUndefined()
  expect(
    ends(
      'import signal, sys, time\ndef stop(n, frame):\n  print("stopping", n)\n  sys.exit(0)\nsignal.signal(signal.SIGTERM, stop)\nwhile True:\n  time.sleep(1)',
    ),
  ).toBe(0)
})

test('a server of one page', () => {
  const lab = python(
    'from http.server import BaseHTTPRequestHandler, HTTPServer\nclass H(BaseHTTPRequestHandler):\n  def do_GET(self):\n    self.send_response(200 if self.path == "/healthz" else 404)\n    self.end_headers()\n    self.wfile.write(b"ok")\nHTTPServer(("", 8080), H).serve_forever()',
  )
    .start()
    .until(1_000)
  expect(lab.get('/healthz', { port: 8080 })).toMatchObject({ status: 200, body: 'ok' })
  expect(lab.get('/x', { port: 8080 })).toMatchObject({ status: 404 })
})

test('python -m http.server shows files', () => {
  const lab = new Lab({
    image: 'python:3',
    command: ['sh', '-c', 'echo hello > /srv/a.txt; cd /srv && python3 -m http.server 8000'],
  })
    .start()
    .until(1_000)
  expect(lab.get('/a.txt', { port: 8000 })).toMatchObject({ status: 200, body: 'hello\n' })
  expect(lab.get('/', { port: 8000 })).toMatchObject({ status: 200 })
})

test.each([
  [`echo '{"a": [1, 2]}' | python3 -c 'import json, sys; print(json.load(sys.stdin)["a"][1])'`, '2\n'],
  [`printf 'a b\\nc\\n' | python3 -c 'import sys\nfor line in sys.stdin: print(len(line.strip()))'`, '3\n1\n'],
  [`printf 'x\\ny\\n' | python3 -c 'import sys; print(sys.stdin.readline().strip(), sys.stdin.read().strip())'`, 'x y\n'],
  [`echo '{"a": {"b": 1}}' | python3 -m json.tool`, '{\n    "a": {\n        "b": 1\n    }\n}\n'],
  [`echo nonsense | python3 -m json.tool; echo $?`, 'Expecting value: line 1 column 1 (char 0)\n1\n'],
  [`printf 'x\\n' > /tmp/f; python3 -c 'for line in open("/tmp/f"): print(line.strip())'`, 'x\n'],
])('%s', (script, output) => {
  const lab = new Lab({ image: 'python:3', command: ['sh', '-c', script] }).start().until(5_000)
  expect(lab.output).toBe(output)
})

test.each([
  ['import re\nprint(re.findall(r"(\\w)(\\d+)", "a1 b22"), re.sub(r"\\d+", "#", "a1b22"), re.match("x", "ax"), re.search(r"(?P<n>\\d+)", "a42").group("n"))', "[('a', '1'), ('b', '22')] a#b# None 42\n"],
  ['import re\np = re.compile(r"^(\\w+)=(.*)$", re.M)\nfor m in p.findall("a=1\\nb=2"):\n  print(m)\nprint(p.search("k=v").groups(), re.sub("b", lambda m: m.group().upper(), "abc"))', "('a', '1')\n('b', '2')\n('k', 'v') aBc\n"],
  ['import hashlib, base64\nprint(hashlib.sha256(b"a").hexdigest()[:8], base64.b64encode(b"hi").decode(), base64.b64decode("aGk="))', "ca978112 aGk= b'hi'\n"],
  ['from collections import Counter, defaultdict\nc = Counter("mississippi")\nprint(c.most_common(2), c["z"])\nd = defaultdict(list)\nd["a"].append(1)\nd["a"].append(2)\nn = defaultdict(int)\nfor w in "a b a".split():\n  n[w] += 1\nprint(d["a"], n["a"])', "[('i', 4), ('s', 4)] 0\n[1, 2] 2\n"],
])('%s', (program, output) => expect(python(program).start().run().output).toBe(output))

describe('a server of one page tells what it was asked', () => {
  const served = (more: string): Lab => python(`from http.server import BaseHTTPRequestHandler, HTTPServer\nclass H(BaseHTTPRequestHandler):\n  def do_POST(self):\n    body = self.rfile.read(int(self.headers["Content-Length"]))\n    self.send_response(201)\n    self.send_header("X-Kind", "echo")\n    self.end_headers()\n    self.wfile.write(body)\n${more}HTTPServer(("", 8080), H).serve_forever()`).start().until(1000)

  test('on standard error, and hears what is sent', () => {
    const lab = served('')
    const { stdout } = lab.exec(['wget', '-qS', '-O-', '--post-data', 'hello', 'localhost:8080/x'])
    expect(stdout).toBe('hello')
    expect(lab.output).toMatch(/^[\d.]+ - - \[20\/Nov\/2026 18:46:11\] "POST \/x HTTP\/1\.1" 201 -\n$/)
  })

  test('in its own words', () => {
    const lab = served('  def log_message(self, format, *args):\n    print("asked: " + format % args, flush=True)\n')
    lab.get('/healthz', { port: 8080 })
    expect(lab.output).toBe('asked: code 501, message Unsupported method (\'GET\')\nasked: "GET /healthz HTTP/1.1" 501 -\n')
  })
})
