import { expect, test } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START } from '../testing/lab.ts'

const run = (code: string): { output: string; code: number | undefined } => {
  const lab = new Lab({ image: 'node:20', command: ['node', '-e', code] }).start().run(60_000)
  return { output: lab.output, code: lab.exit?.exitCode }
}

test.each([
  ['console.log(1 + 2 * 3, "a" + 1, 7 % 4, 2 ** 3, 1 / 4, !0, typeof null, "b" < "c")', '7 a1 3 8 0.25 true object true'],
  ['let [a, , b = 5, ...c] = [1, 2, undefined, 4]; const { x, y: { z = 3 } = {}, ...rest } = { x: 1, w: 2 }; console.log(a, b, c, x, z, rest)', '1 5 [ 4 ] 1 3 { w: 2 }'],
  ['const f = (n) => n < 2 ? n : f(n - 1) + f(n - 2); console.log(f(12), [3, 1, 2].sort(), [1, 2, 3].map(x => x * 2).filter(x => x > 2).reduce((a, b) => a + b, 0))', '144 [ 1, 2, 3 ] 10'],
  ['class A { n = 1; constructor(m) { this.m = m } get sum() { return this.n + this.m } static make() { return new A(2) } } class B extends A { constructor() { super(5); this.k = 1 } } console.log(A.make().sum, new B(), new B() instanceof A)', '3 B { n: 1, m: 5, k: 1 } true'],
  ['const o = { a: { b: null } }; console.log(o?.a?.b?.c, o.x?.y.z, o.a.b ?? "none", `t${1 + 1}${`n${3}`}`)', 'undefined undefined none t2n3'],
  ['for (const [k, v] of Object.entries({ a: 1, b: 2 })) { if (k === "a") continue; console.log(k, v) } let i = 0; do { i++ } while (i < 3); label: for (;;) { for (;;) break label } console.log(i)', 'b 2\n3'],
  ['try { null.x } catch (e) { console.log(e.name, e.message) } finally { console.log("f") } try { nope() } catch ({ message }) { console.log(message) }', "TypeError Cannot read properties of null (reading 'x')\nf\nnope is not defined"],
  ['switch (2) { case 1: console.log(1); case 2: console.log(2); case 3: console.log(3); break; default: console.log("d") }', '2\n3'],
  ['console.log("a-b-c".split("-"), "x1y2".replace(/\\d/g, (d) => d * 2), /(\\w)(\\d)/.exec("a1")[2], "abc".padStart(5, "."), "%s is %d", 1)', "[ 'a', 'b', 'c' ] x2y4 1 ..abc %s is %d 1"],
  ['console.log("%s is %d, %j", "a", 1, {b: 2}); console.log(JSON.stringify({ a: [1, { b: "c" }], d: undefined }), JSON.parse("[1]")[0], parseInt("12px"), Number("x"))', 'a is 1, {"b":2}\n{"a":[1,{"b":"c"}]} 1 12 NaN'],
  ['console.log(new Date(0).toISOString(), new Date("2020-02-30Z").getUTCDate(), new Date(2021, 12, 1).getFullYear(), String(new Date(0)))', '1970-01-01T00:00:00.000Z 1 2022 Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)'],
  ['setTimeout(() => console.log("later"), 50); Promise.resolve(1).then((v) => console.log("then", v)); console.log("now")', 'now\nthen 1\nlater'],
  ['const wait = (ms) => new Promise((r) => setTimeout(r, ms)); (async () => { await wait(10); try { await Promise.reject(new Error("no")) } catch (e) { console.log(e.message) } return 5 })().then(console.log)', 'no\n5'],
  ['const fns = []; for (let i = 0; i < 3; i++) fns.push(() => i); console.log(fns.map((f) => f()), new Map([[1, "a"]]), new Set([1, 1, 2]).size)', "[ 0, 1, 2 ] Map(1) { 1 => 'a' } 2"],
  ['const os = require("os"), path = require("path"); console.log(os.hostname(), path.join("/a", "../b"), process.env.HOME, process.argv.length, process.pid)', 'web /b /root 1 1'],
  ['const E = require("events"); class M extends E {} const m = new M(); m.on("x", (v) => console.log("heard", v)); m.emit("x", 1)', 'heard 1'],
  ['console.log({ name: "a long name of something", other: "another long value here", third: [1, 2, { deep: { deeper: { deepest: 1 } } }] })', "{\n  name: 'a long name of something',\n  other: 'another long value here',\n  third: [ 1, 2, { deep: [Object] } ]\n}"],
  ['console.log([].constructor, ({}).constructor, (() => 1).constructor, "".constructor)', 'undefined undefined undefined undefined'],
])('%s', (code, output) => {
  expect(run(code)).toEqual({ output: `${output}\n`, code: 0 })
})

test.each([
  ['/a/zz', "SyntaxError: Invalid regular expression: /a/zz"],
  ['"a".match("(")', "SyntaxError: Invalid regular expression: /(/"],
  ['new RegExp("[")', "SyntaxError: Invalid regular expression: /[/"],
  ['const a = {}; a.a = a; JSON.stringify(a)', 'TypeError: Converting circular structure to JSON'],
  ['encodeURIComponent("\\ud800")', 'URIError: URI malformed'],
])('what the language of the page itself would refuse is thrown in the program: %s', (code, words) => {
  const { output, code: exitCode } = run(`try { ${code} } catch (e) { console.log(e.name + ': ' + e.message) }`)
  expect({ output: output.trim(), exitCode }).toEqual({ output: words, exitCode: 0 })
})

test('a list that stands in itself says nothing there', () => {
  expect(run('const a = [1]; a.push(a); console.log(String(a))').output.trim()).toBe('1,')
})

test.each([
  ['process.exit(3)', 3, ''],
  ['throw new TypeError("bad")', 1, 'TypeError: bad\n    at <anonymous>\n\nNode.js v20'],
  ['const a = 1; a = 2', 1, 'TypeError: Assignment to constant variable.'],
  ['let x = ;', 1, "SyntaxError: Unexpected token ';'"],
  ['(function f() { f() })()', 1, 'RangeError: Maximum call stack size exceeded'],
  ['require("express")', 1, "Error: Cannot find module 'express'"],
  ['new Promise((_, no) => no(new Error("x")))', 0, ''],
])('%s ends with %i', (code, exit, text) => {
  const got = run(code)
  expect([got.code, got.output.includes(text)]).toEqual([exit, true])
})

const mounted = (files: Record<string, string>): { path: string; source: FileSystem; readOnly: boolean }[] => {
  const source = new FileSystem({ now: () => LAB_START })
  for (const [path, text] of Object.entries(files)) source.writeText(path, text)
  return [{ path: '/app', source, readOnly: false }]
}

test('a server from a ConfigMap, with a file beside it, timers, a shutdown and another service', () => {
  const mounts = mounted({
    'server.js': `const http = require('http');
const { greet } = require('./lib');
let hits = 0;
const server = http.createServer((req, res) => {
  hits++;
  if (req.url === '/slow') return setTimeout(() => res.end('slow\\n'), 2000);
  if (req.url === '/back') return http.get('http://back/', (r) => { let d = ''; r.on('data', (c) => d += c); r.on('end', () => res.end(d)); }).on('error', (e) => { res.writeHead(502); res.end(e.message) });
  if (req.method === 'POST') { let body = ''; req.on('data', (c) => { body += c }); req.on('end', () => res.end('got ' + body)); return }
  res.writeHead(200, { 'Content-Type': 'text/plain' });
  res.end(greet(process.env.NAME || 'World') + ' ' + hits + '\\n');
});
server.listen(process.env.PORT || 3000, () => console.log(\`listening on \${server.address().port}\`));
setInterval(() => console.log('tick'), 10000);
process.on('SIGTERM', () => { console.log('bye'); server.close(() => process.exit(0)); });`,
    'lib.js': "module.exports.greet = (n) => `Hello, ${n}!`;\n",
  })
  const lab = new Lab({ image: 'node:20-alpine', command: ['node', '/app/server.js'], mounts, env: { NAME: 'Pod' } }).start().until(1000)
  const get = (path: string, o: object = {}) => lab.get(path, { port: 3000, ...o }) as { status: number; body: string; tookMs: number }
  expect(get('/')).toMatchObject({ status: 200, body: 'Hello, Pod! 1\n' })
  expect(get('/x', { method: 'POST', body: 'data' }).body).toBe('got data')
  expect(get('/back')).toMatchObject({ status: 502, body: 'getaddrinfo ENOTFOUND back' })
  expect(get('/slow').tookMs).toBeGreaterThanOrEqual(2000)
  lab.until(12_000)
  expect(lab.output).toBe('listening on 3000\ntick\n')
  lab.os.signal('TERM')
  expect(lab.run(13_000).exit?.exitCode).toBe(0)
  expect(lab.output).toContain('bye')
})

test('what stands on a package behaves as any server would', () => {
  const mounts = mounted({ 'index.js': "const fastify = require('fastify'); fastify().listen(3000)", 'node_modules/fastify/index.js': '' })
  const lab = new Lab({ image: 'node:20', command: ['node', '/app/index.js'], mounts, ports: [{ containerPort: 3000 }] }).start().until(2000)
  expect(lab.get('/', { port: 3000 })).toMatchObject({ status: 200 })
})

test.each([
  ['app.listen(3000)', 3000],
  ['const port = process.env.PORT || 4000\napp.listen(port, () => {})', 4000],
  ['const LISTEN = 5000;\nconst server = app.listen(LISTEN)', 5000],
  ['app.listen(process.env.WEB_PORT || 1)', 6000],
])('npm brings a package, and what stands on it listens where it says: %s', (line, port) => {
  const lab = new Lab({ image: 'node:20', workingDir: '/work', env: { WEB_PORT: '6000' }, command: ['sh', '-c', 'npm init -y && npm install express@4.18.2 && npm start'] })
  lab.os.files.writeText('/work/server.js', `const app = require('express')();\n${line}\n`)
  lab.start().until(10_000)
  expect(lab.output).toContain('added 1 packages')
  expect(lab.output).toContain('> work@1.0.0 start\n> node server.js\n')
  expect(lab.os.files.readText('/work/package.json')).toContain('"express": "^4.18.2"')
  expect(lab.os.listening(port)).toBeDefined()
})

test.each([
  ['npm install', 254, 'Could not read package.json'],
  ['echo \'{"scripts":{"hi":"echo hello"}}\' > package.json; npm run hi', 0, ''],
  ['echo \'{}\' > package.json; npm run hi', 1, 'npm error Missing script: "hi"'],
  ['npm fly', 1, 'Unknown command: "fly"'],
])('%s', (line, exitCode, words) => {
  const told = new Lab({ image: 'node:20', command: ['sleep', '3600'] }).start().exec(['sh', '-c', `mkdir /w; cd /w; ${line}`])
  expect(told.exitCode).toBe(exitCode)
  expect(told.stderr).toContain(words)
})

test('a loop without an end uses CPU and does not hold up the world', () => {
  const lab = new Lab({ image: 'node:20', command: ['node', '-e', 'while (true) {}'] }).start().until(2000)
  expect(lab.exit).toBeUndefined()
})
