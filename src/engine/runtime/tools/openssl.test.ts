import { describe, expect, it } from 'vitest'
import { authorityKey } from '../../api/pki/authority.ts'
import { rootCertificate } from '../../api/rootCertificate.ts'
import { Lab } from '../testing/lab.ts'

function run(script: string): string {
  const lab = new Lab({ image: 'nicolaka/netshoot', command: ['sleep', '100'] }).start().until(100)
  lab.os.files.writeText('/pki/ca.crt', rootCertificate)
  lab.os.files.writeText('/pki/ca.key', authorityKey)
  const { stdout, stderr } = lab.exec(['sh', '-c', script])
  return stdout + stderr
}

const key = 'openssl genrsa -out k 2048;'
const request = `${key} openssl req -new -key k -out r -subj "/CN=jane/O=dev";`
const signed = `${request} openssl x509 -req -in r -CA /pki/ca.crt -CAkey /pki/ca.key -CAcreateserial -out c -days 10 2>/dev/null;`
const own = 'openssl req -x509 -nodes -days 365 -newkey rsa:2048 -keyout k -out c -subj "/CN=a.example/O=shop" -addext "subjectAltName = DNS:a.example,IP:10.0.0.1" 2>/dev/null;'

describe('openssl', () => {
  it.each<[string, string | RegExp]>([
    [`${key} head -1 k; stat -c %a k`, '-----BEGIN PRIVATE KEY-----\n600\n'],
    ['openssl genpkey -algorithm RSA | tail -1', '-----END PRIVATE KEY-----\n'],
    [`${request} openssl req -in r -noout -subject`, 'subject=CN = jane, O = dev\n'],
    [`${signed} openssl x509 -in c -noout -subject -issuer -enddate`, 'issuer=CN = kubernetes\nsubject=CN = jane, O = dev\nnotAfter=Nov 30 18:46:10 2026 GMT\n'],
    [`${signed} openssl verify -CAfile /pki/ca.crt c`, 'c: OK\n'],
    [`${own} openssl verify -CAfile /pki/ca.crt c`, /unable to get local issuer certificate\nerror c: verification failed\n$/],
    [`${own} openssl verify -CAfile c c`, 'c: OK\n'],
    [`${own} openssl x509 -in c -noout -text | grep -A1 Alternative`, '            X509v3 Subject Alternative Name: \n                DNS:a.example, IP Address:10.0.0.1\n'],
    [`${own} [ "$(openssl x509 -in c -noout -modulus)" = "$(openssl rsa -in k -noout -modulus)" ] && echo same`, 'same\n'],
    [`${own} openssl x509 -in c -noout -checkend 86400; openssl x509 -in c -noout -checkend 99999999; echo $?`, 'Certificate will not expire\nCertificate will expire\n1\n'],
    [`${key} printf '[req]\\ndistinguished_name = dn\\nreq_extensions = ext\\n[dn]\\nCN = web\\n[ext]\\nsubjectAltName = @names\\n[names]\\nDNS.1 = web.default.svc\\n' > f; openssl req -new -key k -config f | openssl req -noout -text | grep -E "Subject:|DNS"`, '        Subject: CN = web\n                DNS:web.default.svc\n'],
    ['openssl rand -hex 16 | wc -c; openssl rand -base64 12 | wc -c', '33\n17\n'],
    ['echo hi | openssl dgst -sha256; echo -n hi | openssl md5', 'SHA2-256(stdin)= 98ea6e4f216f2fb4b69fff9b3a44842c38686ca685f3f55dc48c5d3fb1107be4\nMD5(stdin)= 49f68a5c8493ec2c0bf489821c21fc3b\n'],
    ['echo hello | openssl base64; echo aGVsbG8K | openssl base64 -d', 'aGVsbG8K\nhello\n'],
    ['openssl x509 -in nope -noout', /^Could not open file or uri for loading certificate from nope\n/],
    [`${key} openssl x509 -in k -noout`, 'Could not find certificate from k\n'],
    ['openssl req -new -key /pki/ca.crt -subj /CN=a', 'Could not find private key from /pki/ca.crt\n'],
    [`${key} openssl req -new -key k -subj CN=a`, /^req: subject name is expected to be in the format/],
    ['openssl frobnicate', `Invalid command 'frobnicate'; type "help" for a list.\n`],
  ])('%s', (script, words) => {
    if (typeof words === 'string') expect(run(script)).toBe(words)
    else expect(run(script)).toMatch(words)
  })
})
