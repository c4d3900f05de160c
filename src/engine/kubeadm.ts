/** The part "kubeadm". */
import { kubeadm } from './cluster.ts'
import { kubeadmObjects } from './kubeadm/kubeadm.ts'
import { controlPlaneFiles } from './kubeadm/machine-files.ts'

kubeadm.bring({ controlPlaneFiles, kubeadmObjects })
