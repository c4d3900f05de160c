import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

const python = (program: string): Lab => new Lab({ image: 'python:3.12', command: ['python3', '-c', program] }).start().run(60_000)

// docs.python.org/3/reference: what a program may say, and what it prints.
test.each([
  ['def squares(n):\n  for i in range(n):\n    yield i * i\nprint(list(squares(3)), sum(squares(4)), next(squares(1)), [x for x in squares(3) if x], ",".join(str(i) for i in squares(3)))', '[0, 1, 4] 14 0 [1, 4] 0,1,4\n'],
  ['def both():\n  yield 1\n  yield from [2, 3]\n  return 9\nfor x in both(): print(x)', '1\n2\n3\n'],
  ['def echo():\n  got = None\n  while got != "end":\n    got = yield got\n  print("over")\ng = echo()\nprint(next(g))\ntry:\n  next(iter(g))\nexcept StopIteration: print("stopped")', 'None\n'],
  ['import time\ndef ticks():\n  while True:\n    time.sleep(1)\n    yield int(time.time())\nt = ticks()\na = next(t)\nprint(next(t) - a)', '1\n'],
  ['class A:\n  def __init__(self, n): self.n = n\n  def hi(self): return "A" + self.n\nclass B(A):\n  def __init__(self, n):\n    super().__init__(n + "!")\n  def hi(self): return "B" + super().hi()\nprint(B("x").hi(), isinstance(B("y"), A), issubclass(B, A))', 'BAx! True True\n'],
  ['class V:\n  def __init__(self, n): self.n = n\n  def __str__(self): return f"v{self.n}"\n  def __repr__(self): return f"V({self.n})"\n  def __add__(self, o): return V(self.n + o.n)\n  def __eq__(self, o): return self.n == o.n\n  def __lt__(self, o): return self.n < o.n\n  def __len__(self): return self.n\n  def __contains__(self, x): return x == self.n\n  def __iter__(self): return iter([self.n])\nprint(V(1) + V(2), [V(3)], V(1) == V(1), V(1) != V(2), len(V(4)), 5 in V(5), list(V(6)), sorted([V(2), V(1)]), f"{V(7):>4}", max([V(1), V(3)], key=len))', 'v3 [V(3)] True True 4 True [6] [V(1), V(2)]   v7 v3\n'],
  ['class Count:\n  def __init__(self): self.n = 0\n  def __iter__(self): return self\n  def __next__(self):\n    self.n += 1\n    if self.n > 3: raise StopIteration\n    return self.n\nprint(list(Count()), [c for c in Count()])', '[1, 2, 3] [1, 2, 3]\n'],
  ['class P:\n  def __init__(self): self._n = 1\n  @property\n  def n(self): return self._n\n  @n.setter\n  def n(self, v): self._n = v * 2\np = P()\np.n = 4\nprint(p.n)', '8\n'],
  ['class Bad(Exception):\n  def __init__(self, code): super().__init__(f"bad {code}")\ntry:\n  try:\n    raise Bad(7)\n  except Bad as e:\n    print(e)\n    raise\nexcept Exception as e:\n  print(repr(e))', "bad 7\nBad('bad 7')\n"],
  ['def outer():\n  n = 0\n  def inc():\n    nonlocal n\n    n += 1\n    return n\n  inc()\n  return inc() + n\nprint(outer())', '4\n'],
  ['a, *b, c = range(5)\nprint(a, b, c, [*b, *"xy"], {**{"a": 1}, "b": 2}, [(x, y) for x in range(2) for y in range(3) if x < y if y > 1])', "0 [1, 2, 3] 4 [1, 2, 3, 'x', 'y'] {'a': 1, 'b': 2} [(0, 2), (1, 2)]\n"],
  ['class C:\n  x: int = 3\n  def f(self, *, k, /, **kw): return (k, kw)\nn: str\nprint(C.x, C().f(k=1, z=2))', "3 (1, {'z': 2})\n"],
  ['class Quiet:\n  def __enter__(self): return self\n  def __exit__(self, kind, e, tb):\n    print(kind.__name__, e)\n    return True\nwith Quiet() as q:\n  raise ValueError("no")\nprint("on")', 'ValueError no\non\n'],
  ['class K: pass\na, b = K(), K()\nd = {a: 1, b: 2, len: 3}\nprint(d[a], d[b], d[len], a in d, K() in d, {b"x": 1}[b"x"])\ntry:\n  {[]: 1}\nexcept TypeError as e: print(e)', "1 2 3 True False 1\nunhashable type: 'list'\n"],
  ['from math import *\nprint(floor(pi), "abc".partition("b"), "x".center(5, "-"), "a.b".rsplit(".", 1), {1, 2} <= {1, 2, 3}, int("0x1f", 16), dict([("a", 1)]))', "3 ('a', 'b', 'c') --x-- ['a', 'b'] True 31 {'a': 1}\n"],
  ['xs = [3, 1, 2]\nxs.sort(key=lambda x: -x)\nprint(xs, min("b", "a"), max([], default=0), sum([[1], [2]], []), callable(len), hasattr(xs, "pop"), list(map(lambda a, b: a + b, [1], [2])))', '[3, 2, 1] a 0 [1, 2] True True [3]\n'],
])('%s', (program, output) => expect(python(program).output).toBe(output))

// docs.python.org/3/library
test.each([
  ['from dataclasses import dataclass, field, asdict\n@dataclass\nclass P:\n  name: str\n  n: int = 2\n  tags: list = field(default_factory=list)\np = P("a")\np.tags.append(1)\nprint(p, P("a") == P("a"), asdict(P("b", n=3)))', "P(name='a', n=2, tags=[1]) True {'name': 'b', 'n': 3, 'tags': []}\n"],
  ['from enum import Enum, auto\nclass E(Enum):\n  A = "x"\n  B = auto()\nprint(E.A, E.A.value, E("x").name, [e.name for e in E], E["B"].value)', "E.A x A ['A', 'B'] 1\n"],
  ['from contextlib import contextmanager, suppress\n@contextmanager\ndef cm():\n  print("in")\n  try:\n    yield 5\n  finally:\n    print("out")\nwith cm() as v: print(v)\nwith suppress(KeyError): {}["x"]\nprint("on")', 'in\n5\nout\non\n'],
  ['import asyncio\nasync def w(n, s):\n  await asyncio.sleep(s)\n  print(n)\n  return n\nasync def main():\n  print(await asyncio.gather(w("slow", 0.5), w("fast", 0.1)))\n  t = asyncio.create_task(w("t", 0.1))\n  try:\n    await asyncio.wait_for(w("never", 9), timeout=0.5)\n  except asyncio.TimeoutError:\n    print("late")\n  print(await t)\nasyncio.run(main())', "fast\nslow\n['slow', 'fast']\nt\nlate\nt\n"],
  ['import logging, sys\nlogging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(asctime)s [%(levelname)-7s] %(name)s: %(message)s", datefmt="%Y")\nl = logging.getLogger("app.web")\nl.info("hi %s %d", "x", 3)\nl.debug("no")\nl.setLevel("ERROR")\nl.warning("no")\nlogging.warning("root")', '2026 [INFO   ] app.web: hi x 3\n2026 [WARNING] root: root\n'],
  ['import logging\nlogging.getLogger("x").warning("plain")\nlogging.info("no")\nlogging.getLogger("x").warning("more")', 'plain\nWARNING:x:more\n'],
  ['from datetime import datetime, timedelta, date\nd = datetime(2026, 1, 31, 12)\nprint(d + timedelta(days=1), (d - datetime(2026, 1, 1)).days, d.isoformat(), datetime.strptime("05/02/26 7", "%d/%m/%y %H").month, date(2026, 3, 1) - timedelta(days=1), timedelta(minutes=90), d < datetime.now())', '2026-02-01 12:00:00 30 2026-01-31T12:00:00 2 2026-02-28 1:30:00 True\n'],
  ['import subprocess\nr = subprocess.run(["sh", "-c", "cat; echo e >&2; exit 3"], input="in", capture_output=True, text=True)\nprint(r.stdout, r.stderr.strip(), r.returncode)\nprint(subprocess.check_output("echo x | tr x y", shell=True))\ntry:\n  subprocess.run(["false"], check=True)\nexcept subprocess.CalledProcessError as e:\n  print(e, e.returncode)', "in e 3\nb'y\\n'\nCommand '['false']' returned non-zero exit status 1. 1\n"],
  ['from pathlib import Path\nimport glob, shutil, os\np = Path("/tmp") / "d"\np.mkdir()\n(p / "a.txt").write_text("hi")\nprint((p / "a.txt").read_text(), glob.glob("/tmp/d/*.txt"), [x.name for x in p.iterdir()], Path("/a/b.c").stem)\nshutil.rmtree("/tmp/d")\nprint(os.path.exists("/tmp/d"))', "hi ['/tmp/d/a.txt'] ['a.txt'] b\nFalse\n"],
  ['import json\nprint(json.dumps({"b": [1, {"c": "x: y, z"}], "a": None}, sort_keys=True, separators=(",", ":")))\nimport urllib.parse as u\nprint(u.urlparse("http://h:8080/p?q=1").port, u.urlencode({"a": "b c"}))', '{"a":null,"b":[1,{"c":"x: y, z"}]}\n8080 a=b%20c\n'],
  ['import socket, urllib.request, urllib.error\ns = socket.socket()\nprint(s.connect_ex(("localhost", 9)))\ntry:\n  socket.gethostbyname("nobody")\nexcept socket.gaierror as e: print(e)\ntry:\n  urllib.request.urlopen("http://localhost:9/")\nexcept urllib.error.URLError as e: print(e.reason)', "111\n(-2, 'Name or service not known')\n[Errno 111] Connection refused\n"],
])('the library: %s', (program, output) => expect(python(program).output).toBe(output))

test('a server that reads and writes what it likes', () => {
  const lab = new Lab({ image: 'python:3.12', command: ['python3', '-u', '-c', 'import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_STREAM)\ns.bind(("0.0.0.0", 9000))\ns.listen(5)\nwhile True:\n  conn, addr = s.accept()\n  data = conn.recv(1024)\n  print("got", data.decode().strip())\n  conn.sendall(data.upper())\n  conn.close()'] }).start().until(1000)
  expect(lab.exec(['sh', '-c', 'echo hello | nc -w 1 localhost 9000']).stdout).toBe('HELLO\n')
  expect(lab.output).toBe('got hello\n')
})
