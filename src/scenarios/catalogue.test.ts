import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Text } from '../engine/scenario.ts'
import { builtin } from './builtin.node.ts'
import { findScenario } from './catalogue.ts'
import { fileOf, path } from './contents.ts'
import { formatScenario } from './format.ts'
import { catalogue, parseScenario, topics } from './index.ts'
import { levelGroups } from './levels.ts'
import { runScenario } from './run.ts'

const named = catalogue.map((scenario) => [scenario.metadata.name, scenario] as const)

describe('the catalogue', () => {
  test('lists every file once', () => {
    const listed = [...topics.flatMap((topic) => topic.scenarios), ...levelGroups.flatMap((group) => group.levels)]
    expect(listed.toSorted()).toEqual(builtin.map((s) => s.metadata.name).toSorted())
    expect(new Set(listed).size).toBe(listed.length)
  })

  test.each([...topics.flatMap(({ scenarios }) => scenarios), ...levelGroups.flatMap(({ levels }) => levels)])('%s lies where the page looks for it', (name) => {
    expect(parseScenario(readFileSync(new URL(fileOf(name), import.meta.url), 'utf8')).metadata.name).toBe(name)
  })

  test('has a path for newcomers: ten scenes, each on a shelf', () => {
    expect(path).toHaveLength(10)
    expect(new Set(path).size).toBe(10)
    expect(path.filter((name) => findScenario(name) === undefined)).toEqual([])
  })

  test.each(named)('%s is complete in both languages', (_, { metadata, spec }) => {
    const says = spec.script.flatMap((input) => input.say ?? [])
    // A speaker finds something to say at each.
    const chapters = (spec.chapters ?? []).flatMap(({ title, notes = { en: '', zh: '' } }) => [title, notes])
    const texts: Text[] = [spec.title, spec.summary, ...says, ...chapters]
    expect(texts.filter(({ en, zh }) => en.trim() === '' || zh.trim() === '')).toEqual([])
    expect(spec.summary.zh).toMatch(/\p{Script=Han}/u)
    expect(topics.find((topic) => topic.scenarios.includes(metadata.name))!.id).toBe(metadata.labels?.['topic'])
    expect(spec.chapters?.length).toBeGreaterThan(1)
    expect(spec.expect?.length).toBeGreaterThan(0)
  })

  test.each(named)('%s can be saved and read again', (_, scenario) => {
    expect(parseScenario(formatScenario(scenario))).toEqual(scenario)
  })
})

describe('what must be seen', () => {
  test.each(named)('%s', (_, scenario) => {
    expect(runScenario(scenario).failures).toEqual([])
  })
})
