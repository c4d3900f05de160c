import type { KubeObject } from './types.ts'

/** Of the cluster's own authority. */
export const rootCertificate = '-----BEGIN CERTIFICATE-----\nMIIC/jCCAeagAwIBAgIBADANBgkqhkiG9w0BAQsFADAVMRMwEQYDVQQDEwprdWJl\n-----END CERTIFICATE-----\n'

/** How every namespace has it, so that pods can tell whether they talk to the API server (pkg/controller/certificates/rootcacertpublisher). */
export function rootCertificateMap(namespace: string): KubeObject {
  const description = 'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.'
  return {
    apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace, annotations: { 'kubernetes.io/description': description } },
    data: { 'ca.crt': rootCertificate },
  } as unknown as KubeObject
}
