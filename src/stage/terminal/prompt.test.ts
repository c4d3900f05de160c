import { describe, expect, test } from 'vitest'
import type { Completion } from '../../worker/protocol.ts'
import { Prompt } from './prompt.ts'
import type { Stroke } from './prompt.ts'

class Terminal {
  history = ['get pods', 'get nodes', 'delete pod web']
  ran: string[] = []
  interrupted: string[] = []
  /** The terminal is in a container. */
  inside = false
  typed: string[] = []
  /** Answers of completion wait here until they are let go. */
  answers: ((completion: Completion) => void)[] = []
  readonly prompt = new Prompt({
    type: (keys) => {
      if (this.inside) this.typed.push(keys)
      return this.inside
    },
    history: () => this.history,
    run: (text) => void this.ran.push(text),
    complete: () => new Promise((resolve) => this.answers.push(resolve)),
    clear: () => this.ran.push('(clear)'),
    interrupt: (text) => this.interrupted.push(text),
    leave: () => this.ran.push('(leave)'),
  })

  /** 'Ctrl+r', 'Tab', or letters that are typed at the end. */
  press(...keys: string[]): this {
    for (const name of keys) {
      const { line, searching } = this.prompt.store.getState()
      const parts = name.split('+')
      const key = parts.at(-1)!
      const stroke: Stroke = {
        key,
        ctrlKey: parts.includes('Ctrl'),
        altKey: parts.includes('Alt'),
        shiftKey: parts.includes('Shift'),
        metaKey: false,
      }
      const isKey = parts.length > 1 || /^(Enter|Tab|Escape|Arrow\w+)$/.test(name)
      if (isKey && this.prompt.key(stroke, line.caret, false)) continue
      const text = (searching?.text ?? line.text) + (name === 'Enter' ? '\n' : name)
      this.prompt.typed(text, text.length)
    }
    return this
  }

  get line(): string {
    const { text, caret } = this.prompt.store.getState().line
    return `${text.slice(0, caret)}|${text.slice(caret)}`
  }
}

describe('the line', () => {
  test.each([
    ['cat > a.yaml', ['kind: Pod', 'Enter', 'Ctrl+d'], "cat > a.yaml <<'EOF'\nkind: Pod\nEOF"],
    ['cat >> a.txt', ['x', 'Enter', '', 'Enter', 'y', 'Ctrl+d'], "cat >> a.txt <<'EOF'\nx\n\ny\nEOF"],
    ['cat >a', ['EOF', 'Enter', 'Ctrl+d'], "cat >a <<'EOF_'\nEOF\nEOF_"],
    ['cat > a', ['Ctrl+d'], "cat > a <<'EOF'\nEOF"],
    ['k apply -f -', ['kind: Pod', 'Enter', 'Ctrl+d'], "k apply -f - <<'EOF'\nkind: Pod\nEOF"],
  ])('%s reads what is typed behind it, up to Ctrl+D', (first, keys, ran) => {
    const terminal = new Terminal().press(first, 'Enter', ...keys)
    expect([terminal.ran, terminal.line]).toEqual([[ran], '|'])
  })

  test.each(['cat a > b', 'cat > a <<EOF\nx\nEOF', 'cat b | kubectl apply -f -', 'kubectl apply -f a.yaml'])('%s reads something else', (text) => {
    expect(new Terminal().press(text, 'Enter').ran).toEqual([text])
  })

  test('runs with Enter and is empty again', () => {
    const terminal = new Terminal().press('get ns', 'Enter')
    expect([terminal.ran, terminal.line]).toEqual([['get ns'], '|'])
  })

  test('goes on while a quote or a here-document is open', () => {
    const terminal = new Terminal().press('cat <<E', 'Enter', 'x', 'Enter', 'E')
    expect(terminal.line).toBe('cat <<E\nx\nE|')
    expect(terminal.press('Enter').ran).toEqual(['cat <<E\nx\nE'])
  })

  test('leafs through the history and comes back to what was typed', () => {
    const terminal = new Terminal().press('own')
    expect(['ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowUp'].map((key) => terminal.press(key).line)).toEqual([
      'delete pod web|',
      'get nodes|',
      'get pods|',
      'get pods|',
    ])
    expect(['ArrowDown', 'Ctrl+n', 'Ctrl+n', 'ArrowDown'].map((key) => terminal.press(key).line)).toEqual([
      'get nodes|',
      'delete pod web|',
      'own|',
      'own|',
    ])
  })

  test('edits as readline does', () => {
    expect(new Terminal().press('get pods', 'Ctrl+w', 'Ctrl+a').line).toBe('|get ')
    expect(new Terminal().press('get pods', 'Ctrl+w', 'Ctrl+u', 'Ctrl+y').line).toBe('get |')
    expect(new Terminal().press('get pods', 'Ctrl+u', 'Ctrl+y').line).toBe('get pods|')
  })

  test('Ctrl+C, Ctrl+L and Escape', () => {
    const terminal = new Terminal().press('abc', 'Ctrl+c', 'Ctrl+c', 'Ctrl+l', 'Escape')
    expect([terminal.interrupted, terminal.ran, terminal.line]).toEqual([['abc', ''], ['(clear)', '(leave)'], '|'])
  })

  test('Tab in an empty line is not ours: it leaves', () => {
    const terminal = new Terminal()
    const tab = { key: 'Tab', ctrlKey: false, altKey: false, metaKey: false, shiftKey: false }
    expect(terminal.prompt.key(tab, 0, false)).toBe(false)
    terminal.press('x')
    expect(terminal.prompt.key({ ...tab, shiftKey: true }, 1, false)).toBe(false)
    expect(terminal.prompt.key(tab, 1, false)).toBe(true)
  })
})

describe('Ctrl+R', () => {
  const hit = (terminal: Terminal) => terminal.history[terminal.prompt.store.getState().searching?.hit ?? -1]

  test('finds the latest line, then older ones, and takes it', () => {
    const terminal = new Terminal().press('Ctrl+r', 'get')
    expect(hit(terminal)).toBe('get nodes')
    expect(hit(terminal.press('Ctrl+r'))).toBe('get pods')
    expect(hit(terminal.press('Ctrl+r'))).toBe('get pods')
    expect(terminal.press('ArrowRight').line).toBe('get pods|')
  })

  test('runs with Enter, gives up with Escape, says what is not there', () => {
    expect(new Terminal().press('Ctrl+r', 'dele', 'Enter').ran).toEqual(['delete pod web'])
    expect(new Terminal().press('own', 'Ctrl+r', 'dele', 'Escape').line).toBe('own|')
    expect(hit(new Terminal().press('Ctrl+r', 'scale'))).toBeUndefined()
  })
})

describe('Tab', () => {
  const answer = async (terminal: Terminal, from: number, ...words: string[]) => {
    await Promise.resolve()
    await Promise.resolve()
    terminal.answers.shift()!({ from, candidates: words.map((text) => ({ text })) })
    await new Promise((resolve) => setTimeout(resolve))
  }

  test('puts in the only candidate', async () => {
    const terminal = new Terminal().press('get po', 'Tab')
    await answer(terminal, 4, 'pods')
    expect(terminal.line).toBe('get pods |')
  })

  test('shows several, until one types on', async () => {
    const terminal = new Terminal().press('get p', 'Tab')
    await answer(terminal, 4, 'pods', 'podtemplates')
    expect(terminal.line).toBe('get pod|')
    expect(terminal.prompt.store.getState().completion?.candidates).toHaveLength(2)
    terminal.prompt.take({ text: 'podtemplates' })
    expect(terminal.line).toBe('get podtemplates |')
    expect(terminal.press('x').prompt.store.getState().completion).toBeUndefined()
  })

  test('who types faster than the answer comes loses nothing', async () => {
    const terminal = new Terminal().press('ge', 'Tab', 'po', 'Tab')
    await answer(terminal, 0, 'get')
    expect(terminal.line).toBe('get po|')
    await answer(terminal, 4, 'pods')
    expect(terminal.line).toBe('get pods |')
  })

  test('an answer to a line that is no longer there is dropped', async () => {
    const terminal = new Terminal().press('get po', 'Tab', 'Ctrl+u')
    await answer(terminal, 4, 'pods')
    expect(terminal.line).toBe('|')
  })
})

describe('in a container', () => {
  const inside = (...keys: string[]): string[] => {
    const terminal = new Terminal()
    terminal.inside = true
    return terminal.press(...keys).typed
  }

  test('Enter sends the line, and what is typed next is a new one', () => {
    expect(inside('ls /', 'Enter', 'exit', 'Enter')).toEqual(['ls /\r', 'exit\r'])
  })

  test('Ctrl+C and Ctrl+D are keys like others', () => {
    expect(inside('sleep 9', 'Ctrl+c')).toEqual(['\u0003'])
    expect(inside('Ctrl+d')).toEqual(['\u0004'])
  })

  test('nothing is completed, and an open quote is the shell\'s business', () => {
    expect(inside('echo "', 'Tab', 'Enter')).toEqual(['', 'echo "\r'])
  })
})
