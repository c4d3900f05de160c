/** The part "kubeadm". */
import { kubeadm } from './cluster.ts'
import { EtcdData } from './etcd-data.ts'
import { kubeadmObjects } from './kubeadm/kubeadm.ts'
import { controlPlaneFiles, nodeFiles } from './kubeadm/machine-files.ts'

kubeadm.bring({ EtcdData, controlPlaneFiles, nodeFiles, kubeadmObjects })
