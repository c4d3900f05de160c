/** The part "kubeadm". */
import { readPolicy } from './apiserver/audit.ts'
import { kubeadm } from './cluster.ts'
import { StorageEncryption } from './apiserver/storage-encryption.ts'
import { checks } from './runtime/programs/kubernetes/api-server-options.ts'
import { EtcdData } from './control-plane/etcd-data.ts'
import { kubeadmObjects } from './kubeadm/kubeadm.ts'
import { followServer } from './control-plane/server-process.ts'
import { controlPlaneFiles, nodeFiles } from './kubeadm/machine-files.ts'

const wrongIn = (read: object): string | undefined => ('error' in read ? (read.error as string) : undefined)

checks.bring({ policy: (text, path) => wrongIn(readPolicy(text, path)), encryption: (text, path) => wrongIn(StorageEncryption.read(text, path)) })
kubeadm.bring({ EtcdData, followServer, controlPlaneFiles, nodeFiles, kubeadmObjects })
