import { expect, it } from 'vitest'
import { Lab } from '../testing/lab.ts'

const image = 'python:3.12-slim'
const app = 'from flask import Flask\napp = Flask(__name__)\napp.run(host="0.0.0.0", port=5005)\n'
const run = (script: string): Lab => new Lab({ image, command: ['sh', '-c', script] }).start().until(30_000)

it.each([
  ['by name', 'pip install flask==2.0.1', 'Collecting flask==2.0.1\nInstalling collected packages: flask\nSuccessfully installed flask-2.0.1\n', 0],
  ['from a file', 'printf "flask>=2 # web\\n\\nredis\\n" > r.txt; pip install -q -r r.txt && pip freeze', 'flask==3.1.2\nredis==7.1.0\n', 0],
  ['from no file', 'pip install -r r.txt', "ERROR: Could not open requirements file: [Errno 2] No such file or directory: 'r.txt'\n", 1],
])('pip installs %s', (_, script, output, code) => {
  const lab = run(script)
  expect(lab.output).toBe(output)
  expect(lab.exit?.exitCode).toBe(code)
})

it('a program that stands on a package is an application, where the package is', () => {
  const with_ = run(`pip install -q flask && cat > app.py <<'E'\n${app}E\npython app.py`)
  expect(with_.exit).toBeUndefined()
  expect(with_.os.listening(5005)).toBeDefined()
  expect(run(`cat > app.py <<'E'\n${app}E\npython app.py`).output).toContain("ModuleNotFoundError: No module named 'flask'")
})

it.each([
  ['a privileged container', { linux: { oomScoreAdj: 0, privileged: true } }, 'vm.max_map_count = 262144\n', 0],
  ['any other', {}, "sysctl: error setting key 'vm.max_map_count': Read-only file system\n", 1],
])('%s sets the kernel with sysctl', (_, o, output, code) => {
  const lab = new Lab({ image: 'busybox', command: ['sysctl', '-w', 'vm.max_map_count=262144'], ...o }).start().until(2000)
  expect([lab.output, lab.exit?.exitCode]).toEqual([output, code])
})
