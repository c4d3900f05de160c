import { expect, it } from 'vitest'
import { FileSystem } from '../filesystem.ts'
import { Lab, LAB_START } from '../testing/lab.ts'

/** Tracebacks as Python itself prints them (Lib/traceback.py): 3.13, and 3.10, which does not point into the line. */
function failing(program: string, o: { image?: string; files?: Record<string, string> } = {}): string {
  const source = new FileSystem({ now: () => LAB_START })
  for (const [name, text] of Object.entries({ 'main.py': program, ...o.files })) source.writeText(`/${name}`, text)
  return new Lab({ image: o.image ?? 'python:3.13', command: ['python', '/app/main.py'], mounts: [{ path: '/app', source, readOnly: true }] }).start().run().output
}

const told = (...frames: string[]): string => `Traceback (most recent call last):\n${frames.join('')}`
const at = (line: number, name: string, text: string, pointer?: string, file = '/app/main.py'): string => `  File "${file}", line ${line}, in ${name}\n    ${text}\n${pointer === undefined ? '' : `    ${pointer}\n`}`

const share = 'def share(total, people):\n    return total / people\n'

it.each([
  ['every function on the way', `${share}\nclass Bill:\n    def split(self):\n        for n in [2, 0]:\n            last = share(10, n)\n\nBill().split()\n`, told(at(9, '<module>', 'Bill().split()', '~~~~~~~~~~~~^^'), at(7, 'split', 'last = share(10, n)', '       ~~~~~^^^^^^^'), at(2, 'share', 'return total / people', '       ~~~~~~^~~~~~~~'), 'ZeroDivisionError: division by zero\n')],
  ['a name, an attribute, a key', 'x = {"a": [1]}\nprint(x["a"][5])\n', told(at(2, '<module>', 'print(x["a"][5])', '      ~~~~~~^^^'), 'IndexError: list index out of range\n')],
  ['the statement itself', 'raise RuntimeError("no")\n', told(at(1, '<module>', 'raise RuntimeError("no")'), 'RuntimeError: no\n')],
  ['what is asserted', 'n = 3\nassert n < 3, "too many"\n', told(at(2, '<module>', 'assert n < 3, "too many"', '       ^^^^^'), 'AssertionError: too many\n')],
  ['an expression of several lines', 'def go(a, b):\n    return a + b\n\ngo(\n    1,\n    "2",\n)\n', told(at(4, '<module>', 'go('), at(2, 'go', 'return a + b', '       ~~^~~'), "TypeError: unsupported operand type(s) for +: 'int' and 'str'\n")],
  ['one that comes while another is handled', 'try:\n    int("x")\nexcept ValueError:\n    print({}["y"])\n', `${told(at(2, '<module>', 'int("x")', '~~~^^^^^'), "ValueError: invalid literal for int() with base 10: 'x'\n")}\nDuring handling of the above exception, another exception occurred:\n\n${told(at(4, '<module>', 'print({}["y"])', '      ~~^^^^^'), "KeyError: 'y'\n")}`],
  ['one that is made from another', 'try:\n    [].pop()\nexcept IndexError as e:\n    raise RuntimeError("none left") from e\n', `${told(at(2, '<module>', '[].pop()', '~~~~~~^^'), 'IndexError: pop from empty list\n')}\nThe above exception was the direct cause of the following exception:\n\n${told(at(4, '<module>', 'raise RuntimeError("none left") from e'), 'RuntimeError: none left\n')}`],
  ['one that hides what it is made from', 'try:\n    [].pop()\nexcept IndexError:\n    raise RuntimeError("none left") from None\n', told(at(4, '<module>', 'raise RuntimeError("none left") from None'), 'RuntimeError: none left\n')],
  ['one that is raised again', `${share}try:\n    share(1, 0)\nexcept ZeroDivisionError:\n    print("caught")\n    raise\n`, `caught\n${told(at(4, '<module>', 'share(1, 0)', '~~~~~^^^^^^'), at(2, 'share', 'return total / people', '       ~~~~~~^~~~~~~~'), 'ZeroDivisionError: division by zero\n')}`],
  ['what is done on the way out', 'def work():\n    try:\n        return [][1]\n    finally:\n        n = len("abc")\n\nwork()\n', told(at(7, '<module>', 'work()', '~~~~^^'), at(3, 'work', 'return [][1]', '       ~~^^^'), 'IndexError: list index out of range\n')],
  ['a loop over what fails', 'def few():\n    yield 1\n    yield 1 / 0\n\nfor n in few():\n    print(n)\n', `1\n${told(at(5, '<module>', 'for n in few():', '         ~~~^^'), at(3, 'few', 'yield 1 / 0', '      ~~^~~'), 'ZeroDivisionError: division by zero\n')}`],
])('%s', (_, program, output) => {
  expect(failing(program)).toBe(output)
})

it('a module of its own, and traceback.format_exc', () => {
  const files = { 'store.py': 'count = 0\ndef put():\n    global count\n    count += 1\n    return missing\n' }
  const inStore = at(5, 'put', 'return missing', '       ^^^^^^^', '/app/store.py')
  const program = 'import traceback, store\nfrom store import put\ntry:\n    put()\nexcept NameError:\n    print(traceback.format_exc().splitlines()[-1], store.count)\nstore.put()\n'
  expect(failing(program, { files })).toBe(`NameError: name 'missing' is not defined 1\n${told(at(7, '<module>', 'store.put()', '~~~~~~~~~^^'), inStore, "NameError: name 'missing' is not defined\n")}`)
})

it('older ones say the line and no more', () => {
  expect(failing(`${share}share(1, 0)\n`, { image: 'python:3.10' })).toBe(told(at(3, '<module>', 'share(1, 0)'), at(2, 'share', 'return total / people'), 'ZeroDivisionError: division by zero\n'))
})

it('a bracket that is left open is shown', () => {
  expect(failing('print("a"\nx = 1\n')).toBe('  File "/app/main.py", line 1\n    print("a"\n         ^\nSyntaxError: \'(\' was never closed\n')
})
