import { expect, test } from 'vitest'
import '../../../kubectl/index.ts'
import { installed } from '../../testing/installed.ts'

const definition = (kind: string, plural: string, scope: string): string => `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: ${plural}.cert-manager.io }
spec:
  group: cert-manager.io
  scope: ${scope}
  names: { plural: ${plural}, kind: ${kind} }
  versions:
  - name: v1
    served: true
    storage: true
    subresources: { status: {} }
    additionalPrinterColumns: [{ name: Ready, type: string, jsonPath: '.status.conditions[?(@.type=="Ready")].status' }]
    schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }
---`

/** What cert-manager.yaml comes to, in short. */
const manifest = `${definition('Issuer', 'issuers', 'Namespaced')}${definition('ClusterIssuer', 'clusterissuers', 'Cluster')}${definition('Certificate', 'certificates', 'Namespaced')}
apiVersion: v1
kind: Namespace
metadata: { name: cert-manager }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: cert-manager }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin }
subjects: [{ kind: ServiceAccount, name: default, namespace: cert-manager }]
---
apiVersion: v1
kind: Pod
metadata: { name: controller, namespace: cert-manager }
spec: { containers: [{ name: controller, image: "quay.io/jetstack/cert-manager-controller:v1.18.2", args: [--v=2], livenessProbe: { httpGet: { port: 9403, path: /livez } } }] }
`

const issuer = (name: string, spec: string, kind = 'Issuer'): string => `
apiVersion: cert-manager.io/v1
kind: ${kind}
metadata: { name: ${name} }
spec: ${spec}
---`

test('an issuer that signs by itself issues what a Certificate asks for', () => {
  const { c, k } = installed(manifest)
  k('apply -f -', `${issuer('own', '{ selfSigned: {} }')}
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: site }
spec: { secretName: site-tls, dnsNames: [example.com], issuerRef: { name: own } }
`)
  c.run({ for: '15s' })
  expect(k('get issuers,certificates --no-headers')).toMatch(/^issuer\S+own\s+True\n+certificate\S+site\s+True\n$/)
  expect(k('get secret site-tls')).toMatch(/kubernetes\.io\/tls\s+3 /)
  expect(k('get events')).toContain('The certificate has been successfully issued')
})

test('an issuer with a key pair needs it, and signs what Ingresses name', () => {
  const { c, k } = installed(manifest)
  k('apply -f -', `${issuer('none', '{ ca: { secretName: absent } }')}${issuer('own', '{ selfSigned: {} }', 'ClusterIssuer')}${issuer('ca', '{ ca: { secretName: ca-tls } }')}
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: { name: ca }
spec: { isCA: true, commonName: ours, secretName: ca-tls, issuerRef: { name: own, kind: ClusterIssuer } }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: i, annotations: { cert-manager.io/issuer: ca } }
spec: { tls: [{ hosts: [a.example], secretName: a-tls }], defaultBackend: { service: { name: s, port: { number: 80 } } } }
`)
  c.run({ for: '30s' })
  expect(k('get issuer none -o jsonpath={.status.conditions[0].status}')).toBe('False')
  expect(k('get certificate a-tls -o jsonpath={.status.conditions[0].status}{.metadata.ownerReferences[0].kind}')).toBe('TrueIngress')
  expect(k('get secret a-tls -o jsonpath={.data.ca\\.crt}')).toBe(k('get secret ca-tls -o jsonpath={.data.tls\\.crt}'))
})
