import type { ComponentOptions } from '../client/client.ts'
import type { InitialObjects } from '../client/informer.ts'
import { startAdmissionPolicyStatus } from './admissionpolicystatus/status.ts'
import { startClusterRoleAggregation } from './clusterroleaggregation/clusterroleaggregation.ts'
import { startAttachDetach } from './attachdetach/attachdetach.ts'
import { startExternalAttacher } from './attachdetach/attachments.ts'
import { startCronJobs } from './cronjob/cronjob.ts'
import { startDaemonSets } from './daemonset/daemonset.ts'
import { startDeployments } from './deployment/deployment.ts'
import { startDisruption } from './disruption/disruption.ts'
import { startEndpoints, startEndpointSlices } from './endpoints/endpoints.ts'
import { startEndpointSliceMirroring } from './endpoints/mirroring.ts'
import { startEphemeralVolumes } from './ephemeral/ephemeral.ts'
import { startExternalResizer, startVolumeExpand } from './expand/expand.ts'
import { startGarbageCollector } from './garbagecollector/garbagecollector.ts'
import { startJobs } from './job/job.ts'
import { startNamespaces } from './namespace/namespace.ts'
import { startNodeAllotments } from './node/allotments.ts'
import { startNodeController } from './node/node.ts'
import { startPersistentVolumes } from './persistentvolume/persistentvolume.ts'
import { startHorizontalPodAutoscalers } from './podautoscaler/horizontal.ts'
import { startPodGarbageCollector } from './podgc/podgc.ts'
import { startReplicaSets, startReplicationControllers } from './replicaset/replicaset.ts'
import { startServices } from './service/service.ts'
import { startResourceClaims } from './resourceclaim/resourceclaim.ts'
import { startServiceCIDRs } from './servicecidrs/servicecidrs.ts'
import { startNamespaceContent } from './serviceaccount/serviceaccount.ts'
import { startTokens } from './serviceaccount/tokens.ts'
import { startResourceQuotas } from './resourcequota/resourcequota.ts'
import { startStatefulSets } from './statefulset/statefulset.ts'
import { startStorageProtection } from './storageprotection/storageprotection.ts'
import { startTokenCleaner } from './bootstrap/token-cleaner.ts'
import { startCertificates } from './certificates/certificates.ts'
import { startTTLAfterFinished } from './ttlafterfinished/ttlafterfinished.ts'
import { SharedInformers } from './shared-informers.ts'

/** The process that makes of a cloud what the cluster wants of it: load balancers. */
export function startCloudControllers(options: ComponentOptions, etcd: InitialObjects): void {
  const own = { ...options, process: 'cloud-controller-manager' }
  const informers = new SharedInformers(own)
  startServices(own, informers)
  informers.start(etcd)
}

/** The process that all controllers live in. Each is a reconciler of its own; what they share are the informers. */
export class ControllerManager {
  private readonly informers: SharedInformers

  constructor(options: ComponentOptions) {
    this.informers = new SharedInformers(options)
    startNamespaceContent(options, this.informers)
    startTokens(options, this.informers)
    startGarbageCollector(options, this.informers)
    startJobs(options, this.informers)
    startCronJobs(options, this.informers)
    startTTLAfterFinished(options, this.informers)
    startCertificates(options, this.informers)
    startTokenCleaner(options, this.informers)
    startDaemonSets(options, this.informers)
    startStatefulSets(options, this.informers)
    startEndpointSlices(options, this.informers)
    startEndpoints(options, this.informers)
    startEndpointSliceMirroring(options, this.informers)
    startNamespaces(options, this.informers)
    startNodeController(options, this.informers)
    startNodeAllotments(options, this.informers)
    startPodGarbageCollector(options, this.informers)
    startClusterRoleAggregation(options, this.informers)
    startAdmissionPolicyStatus(options, this.informers)
    startResourceQuotas(options, this.informers)
    startStorageProtection(options, this.informers)
    startDisruption(options, this.informers)
    startAttachDetach(options, this.informers)
    startExternalAttacher(options, this.informers)
    startPersistentVolumes(options, this.informers)
    startEphemeralVolumes(options, this.informers)
    startServiceCIDRs(options, this.informers)
    startResourceClaims(options, this.informers)
    startVolumeExpand(options, this.informers)
    startExternalResizer(options, this.informers)
    startHorizontalPodAutoscalers(options, this.informers)
    startDeployments(options, this.informers)
    startReplicaSets(options, this.informers)
    startReplicationControllers(options, this.informers)
  }

  start(etcd: InitialObjects): void {
    this.informers.start(etcd)
  }
}
