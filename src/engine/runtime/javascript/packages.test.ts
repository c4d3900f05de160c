import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

/** A program beside a redis and a web server, with what npm brings. */
function run(program: string, packages = 'express', ms = 12_000): Lab {
  const lab = new Lab({ image: 'node:20', workingDir: '/srv', command: ['sh', '-c', `npm install ${packages} > /dev/null && node server.js`] })
  lab.neighbour('store', { image: 'redis:7' })
  lab.neighbour('page', { image: 'nginx:1.27' })
  lab.os.files.writeText('/srv/server.js', program)
  lab.os.files.writeText('/srv/public/a.css', 'b {}\n')
  lab.os.files.writeText('/srv/public/index.html', '<p>home</p>\n')
  lab.until(2000).start().until(ms)
  lab.os.install('/usr/bin/curl', 'curl')
  return lab
}

const shop = `
const express = require('express')
const app = express()
app.use(express.json(), express.urlencoded({ extended: true }))
app.use((req, res, next) => { res.set('X-Seen', req.method); next() })
const items = []
app.get('/', (req, res) => res.send('Hello <b>' + (req.query.name || 'you') + '</b>'))
app.route('/items').get((req, res) => res.json(items)).post((req, res) => { items.push(req.body); res.status(201).json({ id: items.length, ...req.body }) })
app.get('/items/:id/:part?', (req, res) => {
  const found = items[req.params.id - 1]
  if (!found) return res.status(404).json({ error: 'no ' + req.params.id })
  res.json(req.params.part ? found[req.params.part] : found)
})
const api = express.Router()
api.get('/where', (req, res) => res.send(req.baseUrl + ' ' + req.url + ' ' + req.originalUrl + ' ' + req.hostname))
app.use('/api/v1', api)
app.get('/old', (req, res) => res.redirect(301, '/new'))
app.get('/fail', (req, res) => { throw new Error('broken') })
app.get('/later', async (req, res) => { await new Promise(r => setTimeout(r, 50)); throw new Error('late') })
app.get(/^\\/v(\\d+)$/, (req, res) => res.send('version ' + req.params[0]))
app.get('/healthz', (req, res) => res.sendStatus(200))
app.use('/static', express.static('public'))
app.use((err, req, res, next) => { if (err.message === 'late') return res.status(503).send('sorry'); next(err) })
const server = app.listen(process.env.PORT || 3000, () => console.log('up on ' + server.address().port))
`

// expressjs/express: its guide to routing and its reference of Request and Response.
test('routes answer', () => {
  const lab = run(shop)
  expect(lab.output).toBe('up on 3000\n')
  const asked = (line: string): string => lab.exec(['sh', '-c', `curl -s ${line}`]).stdout.replaceAll('\r', '')
  const rows: [line: string, seen: string | RegExp][] = [
    ['"localhost:3000/?name=ada"', 'Hello <b>ada</b>'],
    ['-i localhost:3000/', /^HTTP\/1\.1 200 OK\n(?=[\s\S]*^X-Powered-By: Express$)(?=[\s\S]*^X-Seen: GET$)[\s\S]*^Content-Type: text\/html; charset=utf-8$/im],
    ['-X POST -H "Content-Type: application/json" -d \'{"name":"pen"}\' -w " %{http_code}" localhost:3000/items', '{"id":1,"name":"pen"} 201'],
    ['-d "name=ink&n=2" localhost:3000/items', '{"id":2,"name":"ink","n":"2"}'],
    ['localhost:3000/items', '[{"name":"pen"},{"name":"ink","n":"2"}]'],
    ['localhost:3000/items/1/name', 'pen'],
    ['-w " %{http_code}" localhost:3000/items/9', '{"error":"no 9"} 404'],
    ['localhost:3000/api/v1/where?x=1', '/api/v1 /where?x=1 /api/v1/where?x=1 localhost'],
    ['-w "%{http_code} %{redirect_url}" localhost:3000/old', 'Moved Permanently. Redirecting to /new301 http://localhost:3000/new'],
    ['localhost:3000/nowhere', /<pre>Cannot GET \/nowhere<\/pre>/],
    ['-w "%{http_code}" localhost:3000/fail', /<pre>Error: broken<br>[\s\S]*500$/],
    ['-w " %{http_code}" localhost:3000/later', 'sorry 503'],
    ['localhost:3000/v12', 'version 12'],
    ['localhost:3000/healthz', 'OK'],
    ['-i localhost:3000/static/a.css', /^Content-Type: text\/css[\s\S]*b \{\}\n$/m],
    ['localhost:3000/static/', '<p>home</p>\n'],
    ['-X DELETE localhost:3000/items/1', /Cannot DELETE \/items\/1/],
  ]
  for (const [line, seen] of rows) if (typeof seen === 'string') expect(asked(line)).toBe(line.includes('/name') ? '"pen"' : seen)
    else expect(asked(line)).toMatch(seen)
  expect(lab.output).toContain('Error: broken')
})

test.each([
  ['morgan', "const app = require('express')()\napp.use(require('morgan')('common'))\napp.use(require('cors')())\napp.get('/', (q, r) => r.send('x'))\nrequire('http').createServer(app).listen(3000)", /^\S+ - - \[20\/Nov\/2026:18:46:\d\d \+0000\] "GET \/ HTTP\/1\.1" 200 -$/m],
])('express with %s', (name, program, seen) => {
  const lab = run(program, `express cors ${name}`)
  lab.exec(['curl', '-s', 'localhost:3000/'])
  expect(lab.output).toMatch(seen)
})

test.each([
  ['redis', "const { createClient } = require('redis');\n(async () => { const c = createClient({ url: 'redis://store:6379' }); await c.connect(); await c.set('a', '1'); console.log(await c.get('a'), await c.incr('a'), await c.get('none')); await c.hSet('h', { x: 1 }); console.log(await c.hGetAll('h')); await c.quit() })()", "1 2 null\n{ x: '1' }\n"],
  ['redis', "const c = require('redis').createClient({ host: 'store', port: 6379 });\nc.set('visits', 0, () => c.incr('visits', (err, n) => console.log('visits', n)))", 'visits 1\n'],
  ['ioredis', "const Redis = require('ioredis');\nconst r = new Redis({ host: 'gone' });\nr.on('error', e => console.log(e.message));\nr.get('x').catch(e => console.log('no', e.code))", 'getaddrinfo ENOTFOUND gone\nno ENOTFOUND\n'],
  ['axios', "const axios = require('axios');\naxios.get('http://page/').then(r => console.log(r.status, r.data.includes('nginx'))).then(() => axios.get('http://page/none')).catch(e => console.log(e.message, e.response.status))", '200 true\nRequest failed with status code 404 404\n'],
  ['none', "fetch('http://page/').then(r => { console.log(r.status, r.ok); return r.text() }).then(t => console.log(t.length));\nfetch('http://localhost:9').catch(e => console.log(e.message, e.cause.code))", '200 true\nfetch failed ECONNREFUSED\n615\n'],
  ['none', "const { execSync, exec, spawn } = require('child_process');\nconsole.log(execSync('echo hi').toString().trim());\ntry { execSync('exit 3') } catch (e) { console.log(e.status) }\nexec('echo out; echo err >&2', (e, out, err) => console.log(e, out.trim(), err.trim()));\nspawn('echo', ['x']).on('close', c => console.log('closed', c))", 'hi\n3\nnull out err\nclosed 0\n'],
])('%s: %s', (packages, program, output) => expect(run(program, packages).output).toBe(output))
