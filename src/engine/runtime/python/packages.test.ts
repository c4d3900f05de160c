import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

/** A program that stands on a package, beside a redis and a web server. */
function run(packages: string, program: string, ms = 30_000): Lab {
  const lab = new Lab({ image: 'python:3.12', command: ['sh', '-c', `pip install -q ${packages} && python /app.py`] })
  lab.neighbour('store', { image: 'redis:7' })
  lab.neighbour('page', { image: 'nginx:1.27' })
  lab.os.files.writeText('/app.py', program)
  return lab.until(2000).start().until(ms)
}

// redis/redis-py, psf/requests, prometheus/client_python: their documentation.
test.each([
  ['redis', 'import redis\nr = redis.Redis(host="store", port=6379, decode_responses=True)\nprint(r.ping(), r.set("a", 1, ex=9), r.get("a"), r.incr("a"), r.incr("a", 5), r.get("none"), r.exists("a"), r.delete("a"))', 'True True 1 2 7 None 1 1\n'],
  ['redis', 'import redis\nr = redis.StrictRedis("store")\nr.hset("h", mapping={"x": 1, "y": "z"})\nr.rpush("l", "a", "b")\nprint(r.hgetall("h"), r.lrange("l", 0, -1), r.lpop("l"), r.llen("l"), r.hget("h", "y").decode())', "{b'x': b'1', b'y': b'z'} [b'a', b'b'] b'a' 1 z\n"],
  ['redis', 'import redis\nr = redis.from_url("redis://store:6379/0", decode_responses=True)\nwith r.pipeline() as pipe:\n  pipe.set("k", "v")\n  pipe.get("k")\n  print(pipe.execute())\nr.zadd("z", {"a": 2, "b": 1})\nprint(r.zrange("z", 0, -1), r.sadd("s", "x", "y"), sorted(r.smembers("s")))', "[True, 'v']\n['b', 'a'] 2 ['x', 'y']\n"],
  ['redis', 'import redis\ntry:\n  redis.Redis(host="store", port=81).ping()\nexcept redis.exceptions.ConnectionError as e:\n  print(e)\ntry:\n  redis.Redis("store").incr("w") and redis.Redis("store").lpush("w", 1)\nexcept redis.ResponseError as e: print(e)\nredis.Redis(host="gone").ping()', 'Error 111 connecting to store:81. Connection refused.\nWRONGTYPE Operation against a key holding the wrong kind of value\nTraceback (most recent call last):\n  File "/app.py", line 9, in <module>\n    redis.Redis(host="gone").ping()\nredis.exceptions.ConnectionError: Error -2 connecting to gone:6379. Name or service not known.\n'],
  ['requests', 'import requests\nr = requests.get("http://page/", params={"a": "b c"}, timeout=2)\nprint(r, r.status_code, r.ok, "nginx" in r.text, r.headers["content-type"], r.headers.get("X-None"))\nn = requests.get("http://page/none")\ntry:\n  n.raise_for_status()\nexcept requests.exceptions.HTTPError as e: print(e)\ntry:\n  requests.post("http://page:81", json={})\nexcept requests.ConnectionError as e: print(str(e)[:60])', "<Response [200]> 200 True True text/html None\n404 Client Error: Not Found for url: http://page/none\nHTTPConnectionPool(host='page', port=81): Max retries exceed\n"],
])('%s: %s', (packages, program, output) => expect(run(packages, program).output).toBe(output))

test('metrics are told on a page of their own', () => {
  const lab = run('prometheus_client', 'from prometheus_client import start_http_server, Counter, Gauge, Histogram\nimport time\nc = Counter("asked_total", "Asked.", ["path"])\ng = Gauge("inside", "Inside.")\nh = Histogram("took_seconds", "Took.")\nstart_http_server(8000)\nc.labels(path="/a").inc()\nc.labels("/a").inc(2)\ng.set(4)\nh.observe(0.3)\nwhile True: time.sleep(1)')
  const page = lab.get('/metrics', { port: 8000 })
  expect('body' in page ? page.body : page).toMatch(/# HELP asked_total Asked\.\n# TYPE asked_total counter\nasked_total\{path="\/a"\} 3\.0\n[\s\S]*^inside 4\.0$[\s\S]*^took_seconds_bucket\{le="0\.25"\} 0\.0$[\s\S]*^took_seconds_bucket\{le="\+Inf"\} 1\.0$[\s\S]*^took_seconds_sum 0\.3$/m)
})
