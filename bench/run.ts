import { parseArgs } from 'node:util'
import { isWithin, measureAll, printSample, table } from './harness.ts'
import { rows } from './rows.ts'

// npm run bench [-- --times 5] [-- --only <part of a name>]
const { values } = parseArgs({
  options: { row: { type: 'string' }, only: { type: 'string' }, times: { type: 'string', default: '5' } },
})

if (values.row !== undefined) {
  const row = rows.find(({ name }) => name === values.row)
  if (row === undefined) throw new Error(`no row is called "${values.row}"`)
  printSample(row)
} else {
  const wanted = rows.filter(({ name }) => name.includes(values.only ?? ''))
  if (wanted.length === 0) throw new Error(`no row has "${values.only}" in its name`)
  const results = measureAll(import.meta.url, wanted, Number(values.times))
  console.log(table(results))
  if (!results.every(isWithin)) process.exitCode = 1
}
