import { expect, test } from 'vitest'
import { Lab } from '../testing/lab.ts'

const program = `
from flask import Flask, request, jsonify, abort, make_response, redirect
import os, socket
app = Flask(__name__)
seen = 0

@app.route('/')
def index():
    global seen
    seen += 1
    return f"hello {os.getenv('NAME', 'you')} {seen}"

@app.route('/items/<int:number>', methods=['GET', 'DELETE'])
def item(number):
    if number > 9:
        abort(404)
    return {'number': number, 'by': request.method, 'q': request.args.get('q', 'none')}

@app.post('/items')
def add():
    return jsonify(got=request.get_json()['name']), 201, {'X-Made': 'yes'}

@app.get('/broken')
def broken():
    return 1 / 0

@app.errorhandler(404)
def lost(e):
    return jsonify(error='lost'), 404

if __name__ == '__main__':
    app.run(host='0.0.0.0', port=int(os.environ.get('PORT', 8080)))
`

function served(source = program, install = 'pip install -q flask==3.0.0 && '): Lab {
  const lab = new Lab({ image: 'python:3.12', command: ['sh', '-c', `${install}python /app/main.py`] })
  lab.os.files.writeText('/app/main.py', source)
  return lab.start().until(20_000)
}

test.each([
  ['curl -s localhost:8080/; curl -s localhost:8080/', 'hello you 1hello you 2'],
  ['curl -s "localhost:8080/items/7?q=a%20b"', '{"by":"GET","number":7,"q":"a b"}\n'],
  ['curl -s -X DELETE localhost:8080/items/7 | grep -o DELETE', 'DELETE\n'],
  ['curl -s -w " %{http_code}" localhost:8080/items/10', '{"error":"lost"}\n 404'],
  ['curl -si -H "Content-Type: application/json" -d \'{"name":"ada"}\' localhost:8080/items | tr -d "\\r" | grep -E "^HTTP|X-Made|got"', 'HTTP/1.1 201 Created\nX-Made: yes\n{"got":"ada"}\n'],
  ['curl -s -o /dev/null -w "%{http_code}" -X PUT localhost:8080/items', '405'],
  ['curl -s localhost:8080/broken | grep h1', '<h1>Internal Server Error</h1>\n'],
])('%s', (line, shown) => {
  expect(served().exec(['sh', '-c', line]).stdout).toBe(shown)
})

test('it says where it runs, and what it was asked', () => {
  const lab = served()
  lab.exec(['curl', '-s', 'localhost:8080/broken'])
  expect(lab.output).toMatch(/ \* Serving Flask app 'main'\n \* Debug mode: off\n[\s\S]* \* Running on all addresses \(0\.0\.0\.0\)\n[\s\S]*ERROR in app: Exception on \/broken \[GET\]\n[\s\S]*ZeroDivisionError: division by zero\n[\s\S]*"GET \/broken HTTP\/1\.1" 500 -\n/)
})

test('without the package there is none; with one that nobody knows it is any application', () => {
  expect(served(program, '').output).toContain("ModuleNotFoundError: No module named 'flask'")
  const lab = served(`from flask import Flask\nimport flask_shop\napp = Flask(__name__)\napp.run(port=7000)\n`)
  expect(lab.os.listening(7000)).toBeDefined()
  expect(served('import redis\nr = redis.Redis(port=6379)\n', 'pip install -q redis && ').exit?.exitCode).toBe(0)
})

test('a handler of http.server that fails ends no server', () => {
  const lab = served(`
import os
from http.server import BaseHTTPRequestHandler, HTTPServer
class H(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == '/none':
            return self.send_error(404, 'no such thing')
        self.send_response(200)
        self.end_headers()
        self.wfile.write((os.uname()[1] + ' ' + [][0 if self.path == '/fail' else slice(0)] if self.path == '/fail' else os.uname().nodename).encode())
    def log_message(self, format, *args):
        print('%s said %s' % (self.address_string(), format % args), flush=True)
HTTPServer(('', 8080), H).serve_forever()
`, '')
  const asked = (path: string): string => lab.exec(['sh', '-c', `curl -s -w " %{http_code}" localhost:8080${path}`]).stdout
  expect(asked('/fail')).toBe(' 000')
  expect(asked('/')).toBe('web 200')
  expect(asked('/none')).toMatch(/<p>Message: no such thing\.<\/p>[\s\S]* 404$/)
  expect(lab.output).toContain('Exception occurred during processing of request')
  expect(lab.output).toMatch(/ said "GET \/ HTTP\/1\.1" 200 -\n/)
})
