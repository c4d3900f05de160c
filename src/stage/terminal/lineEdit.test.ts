import { describe, expect, test } from 'vitest'
import { at, editKeys, lineKey } from './lineEdit.ts'

/** `|` is the caret. */
const line = (text: string) => at(text.replace('|', ''), text.indexOf('|'))
const press = (key: string, text: string, cut = '') => {
  const edited = editKeys[key]!(line(text), cut)
  const { text: after, caret } = edited.line
  return [after.slice(0, caret) + '|' + after.slice(caret), edited.cut]
}

describe('keys of the line', () => {
  test.each([
    ['Ctrl+a', 'get po|ds', '|get pods', undefined],
    ['Ctrl+e', 'get |pods', 'get pods|', undefined],
    ['Ctrl+a', 'a\nb c|', 'a\n|b c', undefined],
    ['Ctrl+e', '|a\nb', 'a|\nb', undefined],
    ['Ctrl+u', 'get po|ds', '|ds', 'get po'],
    ['Ctrl+k', 'get po|ds', 'get po|', 'ds'],
    ['Ctrl+w', 'get pod/web-1  |', 'get |', 'pod/web-1  '],
    ['Ctrl+w', '|x', '|x', ''],
    ['Alt+Backspace', 'get pod/web-1|', 'get pod/web-|', '1'],
    ['Alt+b', 'get pods|', 'get |pods', undefined],
    ['Alt+f', '|get pods', 'get| pods', undefined],
    ['Alt+d', 'get| pods x', 'get| x', ' pods'],
    ['Ctrl+h', 'ab|c', 'a|c', undefined],
    ['Ctrl+d', 'a|bc', 'a|c', undefined],
    ['Ctrl+b', '|a', '|a', undefined],
    ['Ctrl+f', 'a|', 'a|', undefined],
  ])('%s on %j gives %j', (key, before, after, cut) => {
    expect(press(key, before)).toEqual([after, cut])
  })

  test('Ctrl+Y puts back what was cut', () => {
    expect(press('Ctrl+y', 'a|b', 'xyz')[0]).toBe('axyz|b')
  })

  test('names of keys', () => {
    const key = (name: string, ctrlKey = false, altKey = false, metaKey = false) =>
      lineKey({ key: name, ctrlKey, altKey, metaKey })
    expect(key('a', true)).toBe('Ctrl+a')
    expect(key('A', true)).toBe('Ctrl+a')
    expect(key('Backspace', false, true)).toBe('Alt+Backspace')
    expect(key('a')).toBeUndefined()
    expect(key('a', false, false, true)).toBeUndefined()
    // AltGr is Ctrl and Alt together, and types a letter.
    expect(key('@', true, true)).toBeUndefined()
  })
})
