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
    ['{{.none.a.b}}|{{(.none).a}}|{{if .none.a}}x{{else}}y{{end}}|{{range .none.a}}x{{else}}z{{end}}', '<no value>|<no value>|y|z'],
    ['{{printf "%s %T %T %T" .none .none .metadata.name .spec.containers}}', '%!s(<nil>) <nil> string []interface {}'],
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
    ['{{printf "%s %q" .spec.containers .metadata.labels}}', '[map[image:nginx name:a] map[image:busybox name:b]] map["app":"web" "tier":"front"]'],
    ['{{printf "%s" .status}}', 'map[big:%!s(int64=30000000) none:%!s(<nil>) part:%!s(float64=0.5) ready:%!s(bool=true) secret:aGk=]'],
    ['{{.status.secret | base64decode}}', 'hi'],
    ['{{exists . "metadata" "labels" "app"}} {{exists . "metadata" "none"}}', 'true false'],
    ['{{$n := .metadata.name}}{{$n}}{{$n = "x"}}{{$n}}', 'webx'],
    ['{{$x := 1}}{{if $x}}{{$x := 2}}{{$x}}{{end}}{{$x}}{{with $x := 3}}{{$x = 4}}{{$x}}{{end}}{{$x}}', '2141'],
    ['{{$k := ""}}{{range $k, $v := .metadata.labels}}{{$k}}{{end}}-{{$k}}', 'apptier-'],
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
    ['{{range .x}}{{else}}{{else}}{{end}}', 'template: output:1: expected end; found {{else}}'],
    ['{{.status.none.name}}', 'template: output:1:9: executing "output" at <.status.none.name>: nil pointer evaluating interface {}.name'],
    ['{{template "zz" .x}}', 'template: output:1:11: executing "output" at <{{template "zz" .x}}>: template "zz" not defined'],
    ['{{call .spec}}', 'template: output:1:2: executing "output" at <call .spec>: error calling call: non-function .spec of type map[string]interface {}'],
    ['{{len .spec .spec}}', 'template: output:1:2: executing "output" at <len>: wrong number of args for len: want 1 got 2'],
    ['{{and}}', 'template: output:1:2: executing "output" at <and>: wrong number of args for and: want at least 1 got 0'],
    ['{{.spec "b"}}', 'template: output:1:2: executing "output" at <.spec>: spec is not a method but has arguments'],
    ['{{.metadata.labels.app-name}}', "template: output:1: bad character U+002D '-'"],
    ['{{range $a, $b, $c := .spec}}{{end}}', 'template: output:1: too many declarations in range'],
    ['{{base64decode 3}}', 'template: output:1:15: executing "output" at <3>: expected string; found 3'],
    ['{{base64decode .status.ready}}', 'template: output:1:22: executing "output" at <.status.ready>: wrong type for value; expected string; got bool'],
    ['{{base64decode "!!!"}}', 'template: output:1:2: executing "output" at <base64decode "!!!">: error calling base64decode: base64 decode failed: illegal base64 data at input byte 0'],
    ['{{base64decode "aGk"}}', 'template: output:1:2: executing "output" at <base64decode "aGk">: error calling base64decode: base64 decode failed: illegal base64 data at input byte 0'],
    ['{{.none | base64decode}}', 'template: output:1:10: executing "output" at <base64decode>: invalid value; expected string'],
    ['{{.metadata.name.x}}', 'template: output:1:11: executing "output" at <.metadata.name.x>: can\'t evaluate field x in type interface {}'],
    ['{{eq .spec.replicas 2.0}}', 'template: output:1:2: executing "output" at <eq .spec.replicas 2.0>: error calling eq: incompatible types for comparison'],
    ['{{index .spec.containers 9}}', 'template: output:1:2: executing "output" at <index .spec.containers 9>: error calling index: index out of range: 9'],
    ['{{slice .spec.containers 3}}', 'template: output:1:2: executing "output" at <slice .spec.containers 3>: error calling slice: index out of range: 3'],
    ['{{eq .metadata.labels .metadata.labels}}', 'template: output:1:2: executing "output" at <eq .metadata.labels .metadata.labels>: error calling eq: non-comparable type map[app:web tier:front]: map[string]interface {}'],
    ['{{eq .metadata.labels "web"}}', 'template: output:1:2: executing "output" at <eq .metadata.labels "web">: error calling eq: incompatible types for comparison'],
    ['{{range .metadata.name}}{{end}}', 'template: output:1:17: executing "output" at <.metadata.name>: range can\'t iterate over web'],
    ['{{define "a"}}{{template "a"}}{{end}}{{template "a"}}', 'template: output: exceeded maximum template depth (100000)'],
  ])('%s', (template, message) => {
    expect(() => run(template)).toThrow(new TemplateError(message))
  })

  test('what is missing, when that is wanted', () => {
    expect(() => run('{{.none}}', false)).toThrow('map has no entry for key "none"')
    expect(() => run('{{(index .metadata.labels "none").name}}', false)).toThrow('nil data; no entry for key "name"')
    expect(() => run('{{call .none}}')).toThrow('error calling call: call of nil')
  })
})
