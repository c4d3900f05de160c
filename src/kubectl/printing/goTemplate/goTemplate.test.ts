import { describe, expect, test } from 'vitest'
import { GoTemplate } from './execute.ts'
import { TemplateError } from './scan.ts'

const pod = {
  metadata: { name: 'web', labels: { app: 'web', tier: 'front' }, annotations: {} },
  spec: { replicas: 2n, containers: [{ name: 'a', image: 'nginx' }, { name: 'b', image: 'busybox' }] },
  status: { ready: true, big: 30_000_000n, part: 0.5, none: null, secret: 'aGk=' },
}

const run = (template: string, allowMissing = true) => new GoTemplate(template, allowMissing).execute(pod)

describe('prints', () => {
  test.each<[string, string]>([
    ['{{.metadata.name}}', 'web'],
    ['{{ .metadata.name }}{{"\\n"}}', 'web\n'],
    ['{{`raw\\n`}}', 'raw\\n'],
    ['{{.spec.replicas}} {{.status.big}} {{.status.part}} {{.status.ready}}', '2 30000000 0.5 true'],
    ['{{.metadata.labels}}', 'map[app:web tier:front]'],
    ['{{.spec.containers}}', '[map[image:nginx name:a] map[image:busybox name:b]]'],
    ['{{.none}}|{{.status.none}}', '<no value>|<no value>'],
    ['{{range .spec.containers}}{{.name}}={{.image}} {{end}}', 'a=nginx b=busybox '],
    ['{{range $i, $c := .spec.containers}}{{if $i}},{{end}}{{$c.name}}{{end}}', 'a,b'],
    ['{{range $k, $v := .metadata.labels}}{{$k}}:{{$v}};{{end}}', 'app:web;tier:front;'],
    ['{{range .metadata.annotations}}x{{else}}none{{end}}', 'none'],
    ['{{range .spec.containers}}{{.name}}{{break}}{{end}}', 'a'],
    ['{{range .spec.containers}}{{if eq .name "a"}}{{continue}}{{end}}{{.name}}{{end}}', 'b'],
    ['{{with .metadata}}{{.name}} {{$.spec.replicas}}{{end}}', 'web 2'],
    ['{{with .none}}x{{else}}y{{end}}', 'y'],
    ['{{if .status.ready}}yes{{else}}no{{end}}', 'yes'],
    ['{{if not .status.ready}}a{{else if eq .metadata.name "web"}}b{{else}}c{{end}}', 'b'],
    ['{{if and .status.ready (eq .spec.replicas 2)}}both{{end}}', 'both'],
    ['{{or .none "other"}}', 'other'],
    ['{{len .spec.containers}} {{len .metadata.name}}', '2 3'],
    ['{{index .metadata.labels "app"}} {{(index .spec.containers 1).name}}', 'web b'],
    ['{{index .spec.containers 0 "image" | printf "%-8s|"}}', 'nginx   |'],
    ['{{printf "%s has %d (%q, %5.1f)" .metadata.name .spec.replicas .metadata.name .status.part}}', 'web has 2 ("web",   0.5)'],
    ['{{slice .metadata.name 1 2}}', 'e'],
    ['{{.status.secret | base64decode}}', 'hi'],
    ['{{exists . "metadata" "labels" "app"}} {{exists . "metadata" "none"}}', 'true false'],
    ['{{$n := .metadata.name}}{{$n}}{{$n = "x"}}{{$n}}', 'webx'],
    ['{{$n := 0}}{{range .spec.containers}}{{$n = len .name}}{{end}}{{$n}}', '1'],
    ['a {{- " b " -}} c', 'a b c'],
    ['a{{/* said to nobody */}}b{{- /* trims */ -}} c', 'abc'],
    ['{{define "one"}}<{{.name}}>{{end}}{{range .spec.containers}}{{template "one" .}}{{end}}', '<a><b>'],
    ['{{lt 1 2}} {{ge 2 3}} {{ne "a" "b"}} {{eq "c" "a" "b" "c"}}', 'true false true true'],
    ['{{println 1 "two"}}{{print 1 2 "three"}}', '1 two\n1 2three'],
    ['{{html "<a>"}}', '&lt;a&gt;'],
  ])('%s', (template, expected) => expect(run(template)).toBe(expected))
})

describe('refuses', () => {
  test.each<[string, string]>([
    ['{{.metadata.name', 'template: output:1: unclosed action'],
    ['{{nope .x}}', 'template: output:1: function "nope" not defined'],
    ['{{if .x}}', 'template: output:1: unexpected EOF'],
    ['{{end}}', 'template: output:1: unexpected {{end}}'],
    ['a\n{{$x}}', 'template: output:2: undefined variable "$x"'],
    ['{{.none.name}}', 'template: output:1:7: executing "output" at <.none.name>: nil pointer evaluating interface {}.name'],
    ['{{.metadata.name.x}}', 'template: output:1:11: executing "output" at <.metadata.name.x>: can\'t evaluate field x in type interface {}'],
    ['{{eq .spec.replicas 2.0}}', 'template: output:1:2: executing "output" at <eq .spec.replicas 2.0>: error calling eq: incompatible types for comparison'],
    ['{{index .spec.containers 9}}', 'template: output:1:2: executing "output" at <index .spec.containers 9>: error calling index: index out of range: 9'],
    ['{{range .metadata.name}}{{end}}', 'template: output:1:17: executing "output" at <.metadata.name>: range can\'t iterate over web'],
    ['{{define "a"}}{{template "a"}}{{end}}{{template "a"}}', 'template: output: exceeded maximum template depth (100000)'],
  ])('%s', (template, message) => {
    expect(() => run(template)).toThrow(new TemplateError(message))
  })

  test('what is missing, when that is wanted', () => {
    expect(() => run('{{.none}}', false)).toThrow('map has no entry for key "none"')
  })
})
