import { print, sleep } from '../process/io.ts'
import type { Process, Run } from '../process/process.ts'

/** Where packages lie of whichever Python an image has. */
const sitePackages = '/usr/local/lib/python3/site-packages'

/** The newest of what is installed most; of others nobody knows which. */
const newest: Readonly<Record<string, string>> = { flask: '3.1.2', redis: '7.1.0', requests: '2.32.5', prometheus_client: '0.23.1', 'prometheus-client': '0.23.1', fastapi: '0.121.3', uvicorn: '0.38.0', django: '5.2.8', gunicorn: '23.0.0', numpy: '2.3.5', pandas: '2.3.3', kubernetes: '34.1.0', pymongo: '4.15.4', 'psycopg2-binary': '2.9.11', pyyaml: '6.0.3', boto3: '1.41.0', pika: '1.3.2' }

/** Whether programs may stand on more than Python itself. */
export const hasPackages = (p: Process): boolean => p.machine.config.image.unknown || p.machine.files.exists(sitePackages)

/** Whether one of them is there, whatever its version. */
export const isInstalled = (p: Process, name: string): boolean => (p.machine.files.list(sitePackages) ?? []).some((one) => one.toLowerCase().replaceAll('_', '-').startsWith(`${name}-`))

/** pip install NAME... and -r FILE: what is installed has a name and no content. */
export function* pip(p: Process): Run<number> {
  const [command, ...rest] = p.argv.slice(1)
  if (command !== 'install') {
    if (command === 'list' || command === 'freeze') for (const name of p.machine.files.list(sitePackages) ?? []) yield* print(p, `${name.replace('-', command === 'list' ? ' ' : '==')}\n`)
    return 0
  }
  const wanted: string[] = []
  for (let i = 0; i < rest.length; i++) {
    const arg = rest[i]!
    if (arg === '-r' || arg === '--requirement') {
      const path = rest[++i] ?? ''
      const text = p.machine.files.readText(path, p.access)
      if (text === undefined) {
        yield* print(p, `ERROR: Could not open requirements file: [Errno 2] No such file or directory: '${path}'\n`, 2)
        return 1
      }
      wanted.push(...text.split('\n').map((line) => line.replace(/\s*#.*/, '').trim()).filter((line) => line !== '' && !line.startsWith('-')))
    } else if (/^(?:-i|-t|-c|--index-url|--target|--constraint|--trusted-host|--timeout)$/.test(arg)) i++
    else if (!arg.startsWith('-')) wanted.push(arg)
  }
  if (wanted.length === 0) {
    yield* print(p, 'ERROR: You must give at least one requirement to install (see "pip help install")\n', 2)
    return 1
  }
  const quiet = rest.some((arg) => /^(?:-q+|--quiet)$/.test(arg))
  const [names, versions] = [wanted.map((one) => /^[\w.-]*/.exec(one)![0]), wanted.map((one) => /[=~]=\s*([\w.]+)/.exec(one)?.[1] ?? newest[/^[\w.-]*/.exec(one)![0].toLowerCase()] ?? '1.0.0')]
  for (const one of wanted) {
    if (!quiet) yield* print(p, `Collecting ${one}\n`)
    yield* sleep(p, 1500)
  }
  for (const [i, name] of names.entries()) p.machine.files.mkdir(`${sitePackages}/${name}-${versions[i]}`)
  if (!quiet) yield* print(p, `Installing collected packages: ${names.join(', ')}\nSuccessfully installed ${names.map((name, i) => `${name}-${versions[i]}`).join(' ')}\n`)
  return 0
}
